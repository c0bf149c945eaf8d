/** Where browsers exchange a token for a cookie. */
export const SIGN_IN_ROUTE = '/api/sign-in';
