import { anonymize, type Outcome } from './anonymize.ts';

/** A message to the worker. The `id` identifies the response. */
export interface Request {
  readonly id: number;
  readonly input: Uint8Array;
  readonly settings: unknown;
}
/** A message from the worker: the outcome, or an error message for the user. */
export type Response =
  | { readonly id: number; readonly outcome: Outcome }
  | { readonly id: number; readonly error: string };

/** Lives as long as the page, so that pseudonyms stay comparable when the policy changes. */
const key = { bytes: crypto.getRandomValues(new Uint8Array(32)), id: 'playground' };

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  anonymize(data.input, data.settings, key).then(
    (outcome) => postMessage({ id: data.id, outcome } satisfies Response),
    (error: Error) => postMessage({ id: data.id, error: error.message } satisfies Response),
  );
});
