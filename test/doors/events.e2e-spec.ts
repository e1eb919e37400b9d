import { bodyCases } from './body.cases';
import { EVENT, eventCases } from './events.cases';
import { tryDoor } from './runner';
import { transportCases } from './transport.cases';

tryDoor(
  'POST /events',
  { 'HTTP and tokens': transportCases(EVENT), bodies: bodyCases(EVENT), 'one event': eventCases() },
  120,
);
