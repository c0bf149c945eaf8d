import { phraseList } from './word-list.ts';

/** Property names of the id of an application's session (Vonage `sessionId`, Twilio `CallSid`, Jitsi `statsId`). */
export const SESSION_PHRASES: ReadonlySet<string> = phraseList(`
  session id, session name, session sid, session key id, sid, call session id, meeting session id, visit id,
  visitor id, anonymous id, distinct id, tracking id, correlation user id, install id, installation id, advertising id,
  sitzung, sitzungsnummer, id de session, id de sesion, participant sid, participant session id, stats id
`);
