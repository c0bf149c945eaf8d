/** Errors of every route that requires authorization. */
export const AUTHORIZATION_ERRORS = {
  401: ['ADMIN_UNAUTHORIZED'],
  403: ['ADMIN_FORBIDDEN'],
  429: ['ADMIN_TOO_MANY_ATTEMPTS'],
} as const;
/** Errors of every route. */
export const SERVER_ERRORS = { 500: ['INTERNAL'] } as const;
/** Errors of routes with a query or a body. */
export const BAD_REQUEST = { 400: ['BAD_REQUEST'] };
/** Errors of routes that read or write the catalog. */
export const CATALOG_ERRORS = { 503: ['CATALOG_UNAVAILABLE', 'CATALOG_MISCONFIGURED'] };
/** Errors of routes that read or write the catalog and the storage. */
export const STORE_ERRORS = {
  503: ['CATALOG_UNAVAILABLE', 'CATALOG_MISCONFIGURED', 'STORAGE_UNAVAILABLE', 'STORAGE_MISCONFIGURED'],
};
