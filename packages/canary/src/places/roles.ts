import type { Role } from '@rtcstats-server/privacy';
import type { Value } from '../plan/plan.ts';
import type { Values } from '../plan/values.ts';

/** What a client could have put where the event model says that a text plays this role. */
export function valueOfRole(role: Role, values: Values): Value {
  return MAKERS[role](values);
}

/** Each role is named: a new one is a place that the canary has to know. */
const MAKERS: Readonly<Record<Role, (values: Values) => Value>> = {
  text: (values) => values.text(),
  key: (values) => values.text(),
  version: (values) => values.version(),
  address: (values) => values.ipv4(),
  candidate: (values) => {
    const address = values.ipv4();
    return { ...address, text: `candidate:1 1 udp 2122260223 ${address.text} 50000 typ host` };
  },
  sdp: (values) => {
    const owner = values.sdpOwner();
    return { ...owner, text: `v=0\r\no=${owner.text} 1 2 IN IP4 0.0.0.0\r\ns=-\r\n` };
  },
  url: (values) => values.url(),
  deviceLabel: (values) => values.label(),
  deviceKind: (values) => values.text(),
  channelLabel: (values) => values.channelLabel(),
  deviceId: (values) => values.deviceId(),
  groupId: (values) => values.deviceId(),
  secret: (values) => values.secret(),
  turnUser: (values) => values.turnUser(),
  person: (values) => values.identifier(),
  conference: (values) => values.identifier(),
  session: (values) => values.identifier(),
  phone: (values) => values.phone(),
  userAgent: (values) => values.userAgent(),
  path: (values) => values.path(),
  macAddress: (values) => values.mac(),
  clientHint: (values) => values.deviceModel(),
};
