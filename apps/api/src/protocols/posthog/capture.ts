import { EXPOSURE, isIdentifier, pickFacts, USER_ID_BYTES } from '@app/model';
import { idOfName } from '@app/platform';
import { Link, refuse, Understood, Wish } from '../intake/wish';

// What an event of PostHog means here. Pure.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The user was shown a flag: the clients send it by themselves, once for each user and answer. */
const FLAG_CALLED = '$feature_flag_called';
/** Of two who are known already; `$create_alias` is not meant for them. */
const MERGE = '$merge_dangerously';

type Fields = Record<string, unknown>;

/** @param sentAt of the request */
export function understandCapture(input: unknown, sentAt?: unknown): Understood {
  if (!isObject(input)) return refuse('invalid_type', 'Must be an object.');
  const said = isObject(input.properties) ? input.properties : {};
  const user = textOf(input.distinct_id) ?? textOf(said.distinct_id);
  if (user === null) return refuse('missing_user', 'There must be a distinct_id.');
  const alias = aliasOf(input.event, said);
  for (const id of [user, alias])
    if (id !== null && !isIdentifier(id, USER_ID_BYTES))
      return refuse('invalid_user', 'An id must be 1 to 256 bytes of visible text.');
  return {
    ...eventAndExposure(input, said, user),
    facts: {
      userId: user,
      facts: { ...pickFacts(input.$set), ...pickFacts(said.$set) },
      once: { ...pickFacts(input.$set_once), ...pickFacts(said.$set_once) },
    },
    ...(alias !== null && alias !== user && { link: linkOf(input.event, alias, user) }),
    sentAt,
  };
}

/** The id that the user had before. */
function aliasOf(event: unknown, said: Fields): string | null {
  if (event === '$identify') return textOf(said.$anon_distinct_id);
  return event === '$create_alias' || event === MERGE ? textOf(said.alias) : null;
}

function linkOf(event: unknown, aliasId: string, userId: string): Link {
  return event === MERGE ? { aliasId, userId, merge: true } : { aliasId, userId };
}

function eventAndExposure(input: Fields, said: Fields, user: string): Pick<Wish, 'event' | 'exposure'> {
  const { event: type, uuid, timestamp } = input;
  const common = {
    ...(typeof uuid === 'string' &&
      uuid !== '' && { event_id: UUID.test(uuid) ? uuid : idOfName('posthog', uuid) }),
    user_id: user,
    ...(timestamp !== null && timestamp !== undefined && { timestamp }),
  };
  switch (type) {
    // What they say is no deed of the user.
    case '$identify':
    case '$create_alias':
    case MERGE:
    case '$groupidentify':
    case '$set':
      return {};
    case FLAG_CALLED:
      return {
        event: { ...common, type: EXPOSURE },
        exposure: {
          reference: textOf(said.$feature_flag) ?? '',
          variant: shownBy(said.$feature_flag_response),
          ofFlag: true,
          said: {},
        },
      };
    default:
      return { event: { ...common, type, value: valueOf(said), properties: ownOf(said) } };
  }
}

function valueOf({ revenue, value }: Fields): number | null {
  return [revenue, value].find((amount): amount is number => typeof amount === 'number') ?? null;
}

/** Without what the client says of itself, its token among that. */
function ownOf(said: Fields): Fields {
  const own = Object.entries(said).filter(
    ([name]) => !name.startsWith('$') && name !== 'token' && name !== 'distinct_id',
  );
  return Object.fromEntries(own);
}

function shownBy(response: unknown): string | boolean | null {
  return typeof response === 'boolean' ? response : textOf(response);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
