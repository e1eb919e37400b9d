const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL takes it for the id of an event. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
