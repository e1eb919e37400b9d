// Node as the browser of a page: with ORIGIN in the environment, fetch says from where, as every browser does by itself.
const { ORIGIN } = process.env;
if (ORIGIN !== undefined) {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    request.headers.set('origin', ORIGIN);
    return fetch(request);
  };
}
