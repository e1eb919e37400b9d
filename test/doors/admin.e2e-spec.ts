import { CREATE_TOKEN, deadLetterCases, pageCases, personCases, tokenCases } from './admin.cases';
import { bodyCases } from './body.cases';
import { listCases, pathCases } from './query.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

const list = (path: string, more: object = {}) =>
  listCases({ path, strangeCursor: '{{assignments_cursor}}', ...more });

tryDoor(
  'tokens and what else an administrator does',
  {
    'HTTP and tokens': transportCases(CREATE_TOKEN),
    bodies: bodyCases(CREATE_TOKEN),
    'addresses of tokens': pathCases({ path: '/api/v1/tokens/*', id: '{{reader_id}}', named: 'by id' }),
    'the list of tokens': list('/api/v1/tokens', { cursor: '{{tokens_cursor}}' }),
    'the list of dead letters': list('/api/v1/dead-letters', { choices: { status: 'lost', sqlstate: 'x' } }),
    'the audit log': list('/api/v1/audit'),
    tokens: tokenCases(),
    'dead letters': deadLetterCases(),
    persons: personCases(),
    'pages beside the api': pageCases(),
  },
  40,
);
