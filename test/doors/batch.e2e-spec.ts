import { BATCH, batchCases } from './batch.cases';
import { bodyCases } from './body.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

tryDoor(
  'POST /events/batch',
  { 'HTTP and tokens': transportCases(BATCH), bodies: bodyCases(BATCH), 'many events': batchCases() },
  100,
);
