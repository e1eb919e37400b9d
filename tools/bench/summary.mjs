// A CPU profile of V8 in a few lines: the time that packages and functions spent themselves.
import fs from 'node:fs';

/** Lines of text: packages first, then the `top` most expensive functions, each with its share of the busy time. */
export function summaryOf(file, top) {
  const { nodes, samples, timeDeltas } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [packages, functions] = [new Map(), new Map()];
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id);
    if (functionName === '(idle)' || functionName === '(root)') continue;
    const us = timeDeltas[index];
    busy += us;
    const home = homeOf(url, functionName);
    add(packages, home, us);
    add(functions, `${functionName || '(anonymous)'}  ${home}${url ? `:${lineNumber + 1}` : ''}`, us);
  }
  const lines = (times, count) =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, us]) => `  ${((us / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
  return [`  ${(busy / 1e6).toFixed(1)} s busy`, ...lines(packages, 15), '', ...lines(functions, top)];
}

function add(times, name, us) {
  times.set(name, (times.get(name) ?? 0) + us);
}

function homeOf(url, functionName) {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collector' : 'V8';
  if (url.startsWith('node:')) return url;
  const modules = url.lastIndexOf('/node_modules/');
  if (modules < 0) return url.slice(url.indexOf('/dist/') + 6);
  const [scope, name] = url.slice(modules + 14).split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
