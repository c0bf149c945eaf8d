export { DELIVERY_STATES, type DeliveryState, SESSION_STATES, type SessionState } from './states.ts';
