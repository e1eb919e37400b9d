import { EXPOSURE, isIdentifier, pickFacts, USER_ID_BYTES } from '@app/model';
import { idOfName } from '@app/platform';
import { refuse, Understood, Wish } from '../intake/wish';

// What an item of Segment's tracking API means here (https://segment.com/docs/connections/spec). Pure.

/** Of Segment's A/B testing specification: the user has met a variant. */
const EXPERIMENT_VIEWED = 'Experiment Viewed';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const CALLS = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type Call = (typeof CALLS)[number];

/** A call by its name or, as browsers do, by its first letter. */
export function callOf(name: string): Call | null {
  return CALLS.find((call) => call === name || call[0] === name) ?? null;
}

type Fields = Record<string, unknown>;

/** @param sentAt of the request; an item may have its own */
export function understand(input: unknown, sentAt?: unknown): Understood {
  if (!isObject(input)) return refuse('invalid_type', 'Must be an object.');
  const userId = idOf(input.userId);
  const anonymousId = idOf(input.anonymousId);
  const user = userId ?? anonymousId;
  if (user === null) return refuse('missing_user', 'There must be a userId or an anonymousId.');
  for (const id of [userId, anonymousId, idOf(input.previousId)])
    if (id !== null && !isIdentifier(id, USER_ID_BYTES))
      return refuse('invalid_user', 'An id must be 1 to 256 bytes of visible text.');
  const wish = wishOf(input, { user, userId, anonymousId });
  return 'refused' in wish ? wish : { ...wish, sentAt: input.sentAt ?? sentAt };
}

interface Who {
  user: string;
  userId: string | null;
  anonymousId: string | null;
}

function wishOf(item: Fields, who: Who): Understood {
  switch (item.type) {
    case 'track':
      return item.event === EXPERIMENT_VIEWED ? viewed(item, who) : { event: eventOf(item, who, item.event) };
    case 'page':
    case 'screen':
      return {
        event: eventOf(item, who, item.type, {
          ...textsOf(item, ['name', 'category']),
          ...fields(item.properties),
        }),
      };
    case 'group':
      return {
        event: eventOf(item, who, item.type, { ...textsOf(item, ['groupId']), ...fields(item.traits) }),
      };
    case 'identify':
      return {
        ...linkOf(who.anonymousId, who.userId),
        facts: { userId: who.user, facts: pickFacts(item.traits) },
      };
    case 'alias': {
      const wish = linkOf(idOf(item.previousId) ?? who.anonymousId, who.userId);
      return wish.link === undefined
        ? refuse('missing_user', 'There must be a previousId and a userId.')
        : { link: { ...wish.link, merge: true } };
    }
    default:
      return refuse('unknown_type', `The type must be one of ${CALLS.join(', ')}.`);
  }
}

function linkOf(aliasId: string | null, userId: string | null): Wish {
  return aliasId === null || userId === null || aliasId === userId ? {} : { link: { aliasId, userId } };
}

/** GrowthBook's examples write the names without underscores. */
function viewed(item: Fields, who: Who): Understood {
  const said = fields(item.properties);
  const reference = idOf(said.experiment_id ?? said.experimentId);
  if (reference === null) return refuse('required', '/properties/experiment_id Must be an id or a key.');
  const variant = idOf(said.variation_id ?? said.variationId);
  const traits = isObject(item.context) ? pickFacts(item.context.traits) : {};
  return {
    event: eventOf(item, who, EXPOSURE),
    exposure: { reference, variant, ofFlag: false, said: traits },
  };
}

function eventOf(
  item: Fields,
  { user }: Who,
  type: unknown,
  properties: unknown = item.properties,
): NonNullable<Wish['event']> {
  const { messageId, timestamp } = item;
  return {
    // Without one a retry cannot be told from another event.
    ...(typeof messageId === 'string' && messageId !== '' && { event_id: eventId(messageId) }),
    user_id: user,
    type,
    ...(timestamp !== null && timestamp !== undefined && { timestamp }),
    value: valueOf(properties),
    properties: properties ?? null,
  };
}

/** The same for the same message, however often it is sent. */
export function eventId(messageId: string): string {
  return UUID.test(messageId) ? messageId : idOfName('segment', messageId);
}

/** Reserved by Segment: what the event is worth. */
function valueOf(properties: unknown): number | null {
  const { revenue, value } = fields(properties);
  return [revenue, value].find((amount): amount is number => typeof amount === 'number') ?? null;
}

function textsOf(item: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.flatMap((name) => (typeof item[name] === 'string' ? [[name, item[name]]] : [])),
  );
}

/** Clients in languages without types send numbers. */
function idOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
