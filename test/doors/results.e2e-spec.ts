import { pathCases, rangeCases } from './query.cases';
import { RESULTS, resultsCases } from './results.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

const path = '/api/v1/experiments/running';

tryDoor(
  'results',
  {
    'HTTP and tokens': transportCases(RESULTS),
    addresses: pathCases({ path: '/api/v1/experiments/*/results', id: '{{running}}', named: 'by id or key' }),
    'days of results': rangeCases(`${path}/results`),
    results: resultsCases(),
  },
  100,
);
