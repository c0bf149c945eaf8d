import initRtcstats from '@jitsi/rtcstats/rtcstats';
import initTrace from '@jitsi/rtcstats/trace-ws';
import { startCall } from './call.js';

/** As jitsi-meet uses the package. */
globalThis.start = async (endpoint) => {
  const trace = initTrace({
    endpoint,
    meetingFqn: 'tenant/board-meeting',
    onCloseCallback: () => {},
    useLegacy: false,
  });
  const statsEntry = (...entry) => trace.statsEntry(...entry);
  initRtcstats({ statsEntry }, { pollInterval: 250, useLegacy: false, sendSdp: true, eventCallback: () => {} });
  trace.connect(false);
  const identity = { displayName: 'Anna Keller', confName: 'board meeting', meetingUniqueId: 'm-17', endpointId: 'e1' };
  trace.identity('identity', null, identity);
  trace.statsEntry('dominantSpeaker', null, { dominantSpeakerEndpoint: 'e1' });
  const { caller } = await startCall();
  return () => {
    caller.close();
    trace.close();
  };
};
