import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OpenApi, Operation, strictly } from './openapi';

// A proxy that knows nothing but docs/openapi.json. What is not as the document says becomes a 500.

const DOCUMENT = path.join(__dirname, '../../docs/openapi.json');

/** Opens proxies; starting one takes seconds. */
export interface Contract {
  url: string;
  close: () => Promise<void>;
}

export interface ContractProxy {
  url: string;
  /** What was not as the document says, so far. */
  violations: () => Promise<string[]>;
  /** @returns all violations */
  close: () => Promise<string[]>;
}

/** @param document what apis are held to */
export async function startContract(document = theDocument()): Promise<Contract> {
  const child: ChildProcess = fork(path.join(__dirname, 'contract-proxy.cjs'), {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  child.stdin?.end(JSON.stringify(document));
  const exited = once(child, 'exit');
  const ended = exited.then(() => {
    throw new Error('The contract proxy did not start.');
  });
  const [url] = (await Promise.race([once(child, 'message'), ended])) as [string];
  ended.catch(() => {});
  // Who does not close it need not wait for it.
  child.unref();
  child.channel?.unref();
  return {
    url,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/**
 * @param contract the address of the contract
 * @param upstream the api
 * @param requests which of them are looked at: tests of bad requests want them to arrive, but what is accepted must be documented
 */
export async function openProxy(
  contract: string,
  upstream: string,
  requests: 'all' | 'accepted',
): Promise<ContractProxy> {
  const ask = async <T>(method: string, query: Record<string, string>): Promise<T> => {
    const response = await fetch(`${contract}/?${new URLSearchParams(query)}`, { method });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  };
  const url = await ask<string>('POST', { upstream, requests });
  return {
    url,
    violations: () => ask('GET', { proxy: url }),
    close: () => ask('DELETE', { proxy: url }),
  };
}

/** In which a property of an answer, or a code of a problem, that it does not name is wrong; requests may have more. */
export function theDocument(): OpenApi {
  const open = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as OpenApi;
  const { paths, components } = ofAnswers(strictly(open));
  for (const [name, schema] of Object.entries(components.schemas))
    open.components.schemas[`${name}.closed`] = schema;
  for (const [path, methods] of Object.entries(open.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operation.responses = paths[path][method].responses;
      Object.values(operation.responses).forEach(closeCodes);
    }
  }
  return open;
}

/** They refer to schemas of their own. */
function ofAnswers(document: OpenApi): OpenApi {
  const text = JSON.stringify(document).replaceAll(/"(#\/components\/schemas\/[^"/]+)"/g, '"$1.closed"');
  return JSON.parse(text) as OpenApi;
}

function closeCodes({ content = {} }: Operation['responses'][string]): void {
  const problem = content['application/problem+json'];
  if (problem?.examples === undefined) return;
  const codes = { properties: { code: { enum: Object.keys(problem.examples) } } };
  problem.schema = { allOf: [problem.schema, codes] };
}
