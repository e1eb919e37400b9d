// The types of libs/client, made from the OpenAPI document.
import openapiTypes, { astToString } from 'openapi-typescript';

const HEAD = '// Made from docs/openapi.json by `npm run openapi`. Do not edit.\n';

export async function clientTypes(document) {
  return HEAD + astToString(await openapiTypes(document, { alphabetize: true, defaultNonNullable: false }));
}
