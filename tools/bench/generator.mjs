// The load generator: a process of its own, told over IPC what to prepare and when to send it. Preparing costs more than sending and
// is done before the clock starts.
import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { request, send } from './client.mjs';
import { events, take, userOf } from './events.mjs';

const SELF = fileURLToPath(import.meta.url);

const PREPARE = {
  batches({ token, count, size, ...traffic }) {
    const supply = events(traffic);
    return Array.from({ length: Math.ceil(count / size) }, () =>
      request('POST', '/api/v1/events/batch', {
        token,
        body: JSON.stringify({ events: take(size, supply) }),
      }),
    );
  },
  singles({ token, count, path = '/api/v1/events', ...traffic }) {
    const supply = events(traffic);
    return take(count, supply).map((event) => request('POST', path, { token, body: JSON.stringify(event) }));
  },
  assignments({ token, count, experiment, users, from = 0 }) {
    return Array.from({ length: count }, (_, index) => {
      const user = userOf(from + (index % users));
      return request('GET', `/api/v1/experiments/${experiment}/assignment/${user}`, { token });
    });
  },
  same({ token, count, path }) {
    return Array(count).fill(request('GET', path, { token }));
  },
};

if (process.argv[1] === SELF) {
  let requests = [];
  const answer = async ({ prepare, run }) => {
    if (run) return send({ host: '127.0.0.1', requests, ...run });
    requests = PREPARE[prepare.kind](prepare);
    return requests.length;
  };
  process.on('message', (question) => {
    answer(question).then(
      (result) => process.send({ result }),
      (error) => process.send({ error: error.stack }),
    );
  });
}

export const startGenerator = () => new Child(SELF);
