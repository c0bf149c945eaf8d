import rtcstats from 'rtcstats';
import traceWebSocket from 'rtcstats/trace-ws';
import { startCall } from './call.js';

/** As the README of the package shows. */
globalThis.start = async (url) => {
  const trace = traceWebSocket(url);
  rtcstats(trace, 250, ['']);
  trace('identity', null, { user: 'Anna Keller', conference: 'board meeting' });
  const { caller } = await startCall();
  // The client has no function that closes its connection: leaving the page does.
  return () => caller.close();
};
