/**
 * The states of a session. `recording`: the socket is open; `closed`: in the spool, not finished; `quarantined`: kept on the
 * gateway because the verifier found something.
 */
export const SESSION_STATES = ['recording', 'closed', 'stored', 'quarantined', 'erased'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/**
 * The states of a delivery to rtcstats.com. `waiting` for its time; `sending`: claimed; `delivered`; `failed`: given up after
 * many attempts or an answer that stayed unclear; `refused` by the target; `withdrawn`: deleted there again, or never sent
 * because its session was deleted.
 */
export const DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed', 'refused', 'withdrawn'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
