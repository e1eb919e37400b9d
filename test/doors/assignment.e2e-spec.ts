import {
  ASSIGN,
  ASSIGN_EXPERIMENTS,
  assignCases,
  assignManyCases,
  importCases,
  overrideCases,
} from './assignment.cases';
import { bodyCases } from './body.cases';
import { listCases, pathCases } from './query.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

tryDoor(
  'assignments',
  {
    'HTTP and tokens': transportCases(ASSIGN),
    'bodies of bulk requests': bodyCases(ASSIGN_EXPERIMENTS),
    addresses: pathCases({
      path: '/api/v1/experiments/*/assignment/u-1',
      id: 'running',
      named: 'by id or key',
    }),
    lists: listCases({
      path: '/api/v1/experiments/running/assignments',
      cursor: '{{assignments_cursor}}',
      strangeCursor: '{{experiments_cursor}}',
      choices: {},
    }),
    'one user': assignCases(),
    'many users': assignManyCases(),
    imports: importCases(),
    overrides: overrideCases(),
  },
  100,
);
