import { bodyCases } from './body.cases';
import { CREATE, createCases, lifecycleCases, metricCases } from './experiments.cases';
import { listCases, pathCases, searchCases } from './query.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

tryDoor(
  'experiments and metrics',
  {
    'HTTP and tokens': transportCases(CREATE),
    bodies: bodyCases(CREATE),
    addresses: pathCases({ path: '/api/v1/experiments/*', id: '{{running}}', named: 'by id or key' }),
    lists: listCases({
      path: '/api/v1/experiments',
      cursor: '{{experiments_cursor}}',
      strangeCursor: '{{assignments_cursor}}',
      choices: { status: 'exploded', sort: 'id;%20DROP%20TABLE%20experiments' },
    }),
    searching: searchCases('/api/v1/experiments'),
    creating: createCases(),
    'changing and ending': lifecycleCases(),
    metrics: metricCases(),
  },
  120,
);
