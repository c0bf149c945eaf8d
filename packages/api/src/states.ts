/** Names of states and families. No zod here, so that programs that need only the names do not load the schemas. */

/**
 * States of a session. `recording`: the client is connected; `closed`: in the spool, not finished yet; `stored`:
 * verified and in storage; `quarantined`: kept on the gateway because the verifier found personal data; `erased`: the
 * row remains, the dump does not, because its time is over (`retention.dumps`).
 */
export const SESSION_STATES = ['recording', 'closed', 'stored', 'quarantined', 'erased'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** The states as people read them, in lists and on pages. */
export const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  recording: 'live',
  closed: 'finishing',
  stored: 'verified',
  quarantined: 'quarantined',
  erased: 'erased',
};

/**
 * States of a delivery to rtcstats.com. `waiting`: not due yet; `sending`: claimed by a gateway; `delivered`; `failed`:
 * given up after many attempts or after an answer that stayed unclear; `refused`: the target rejected it; `withdrawn`:
 * deleted there again, or never sent because its session was deleted.
 */
export const DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed', 'refused', 'withdrawn'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Orders of the list of sessions. `start`: the newest first; `score`: the lowest experience score first. */
export const SESSION_SORTS = ['start', 'score'] as const;
export type SessionSort = (typeof SESSION_SORTS)[number];

/**
 * Verdicts on a call, best first. `good`: no problem; `degraded`: a problem, or an experience below 80; `bad`: an
 * experience below 60, or below 80 with a severe problem; `failed`: the call never came about; `notJudged`: there was
 * no call, or the recording does not tell. `packages/insights` decides.
 */
export const CALL_VERDICTS = ['good', 'degraded', 'bad', 'failed', 'notJudged'] as const;
export type CallVerdict = (typeof CALL_VERDICTS)[number];

/** Severities of observations, worst first. Problems are observations of severity medium or higher. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * Why a dump could not be analyzed. `unreadable`: it is not a dump, or its head is damaged; `deadline`: the analysis
 * took too long; `failed`: an error in the analysis, or the thread that ran it ended or did not answer.
 */
export const ANALYSIS_FAILURES = ['unreadable', 'deadline', 'failed'] as const;
export type AnalysisFailure = (typeof ANALYSIS_FAILURES)[number];

/** Browser families that sessions can be filtered by. `other`: none of these, or the client sent no user agent. */
export const BROWSER_FAMILIES = ['Chrome', 'Edge', 'Firefox', 'Safari', 'Opera', 'other'] as const;
export type BrowserFamily = (typeof BROWSER_FAMILIES)[number];

/**
 * Networks of clients: the values of `RTCNetworkType` (W3C, webrtc-stats) except `unknown`. Not all browsers report it.
 */
export const NETWORK_TYPES = ['bluetooth', 'cellular', 'ethernet', 'wifi', 'wimax', 'vpn'] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

/** Routes of the media of a call: through a TURN server, or not. */
export const MEDIA_ROUTES = ['relay', 'direct'] as const;
export type MediaRoute = (typeof MEDIA_ROUTES)[number];

/**
 * Properties of calls that the overview breaks its figures down by. `browser`: name and major version; `network`: of
 * the client; `route`: through a TURN server or not; `score`: band of the experience; `observation`: problems.
 */
export const OVERVIEW_DIMENSIONS = [
  'browser',
  'os',
  'country',
  'origin',
  'network',
  'route',
  'score',
  'observation',
] as const;
export type OverviewDimension = (typeof OVERVIEW_DIMENSIONS)[number];

/** Properties of calls by which `GET /api/insights/changes` compares two ranges. */
export const CHANGE_DIMENSIONS = [
  'browser',
  'os',
  'country',
  'origin',
  'network',
  'route',
] as const satisfies readonly OverviewDimension[];
export type ChangeDimension = (typeof CHANGE_DIMENSIONS)[number];

/** What is compared, each a part of the judged calls: bad calls, calls that never came about, calls with a problem. */
export const CHANGE_MEASURES = ['badShare', 'setupFailureShare', 'problemShare'] as const;
export type ChangeMeasure = (typeof CHANGE_MEASURES)[number];
