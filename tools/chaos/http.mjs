// HTTP as a careful client speaks it: kept connections, a time limit, and a note of how long every answer took.
import http from 'node:http';

const patience = 12_000;

export class HttpClient {
  /** Requests that took long or were never answered: `{ route, from, to, status }`, status undefined without an answer. */
  slow = [];
  #agent = new http.Agent({ keepAlive: true });

  constructor(port, token, noteAbove = 1_000) {
    Object.assign(this, { port, token, noteAbove });
    this.forget();
  }

  forget() {
    Object.assign(this, { slow: [], requests: 0, answered: 0, refused: 0, broken: 0 });
  }

  /** @throws Error when no answer came, whether or not the request was executed */
  async call(method, route, body) {
    const from = Date.now();
    this.requests++;
    let status;
    try {
      const answer = await this.#send(method, route, body);
      status = answer.status;
      this.answered++;
      if (status === 503 || status === 429) this.refused++;
      return { ...answer, from, to: Date.now() };
    } catch (error) {
      this.broken++;
      throw error;
    } finally {
      const to = Date.now();
      if (to - from > this.noteAbove)
        this.slow.push({ route: `${method} ${route.split('?')[0]}`, from, to, status });
    }
  }

  #send(method, route, body) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    };
    const options = {
      host: '127.0.0.1',
      port: this.port,
      path: `/api/v1${route}`,
      method,
      headers,
      agent: this.#agent,
    };
    return new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('error', reject);
        response.on('close', () => response.complete || reject(new Error('half an answer')));
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: text === '' ? null : parse(text),
          });
        });
      });
      request.setTimeout(patience, () => request.destroy(new Error(`no answer within ${patience} ms`)));
      request.on('error', reject);
      request.end(payload);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
