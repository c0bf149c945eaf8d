import { PROTOCOL } from '@rtcstats-server/dump';
import type { CanaryPlan, PlannedRequest, Value } from '../plan/plan.ts';
import { PlanBuilder } from '../plan/plan-builder.ts';
import { SeededRandom } from '../plan/random.ts';
import { Values } from '../plan/values.ts';
import { plantApplications } from './applications.ts';
import { plantConnections } from './connections.ts';
import { plantDevices } from './devices.ts';
import { plantEveryEvent } from './every-event.ts';
import { plantStatistics } from './statistics.ts';

/** The same plan for the same seed. */
export function planCanary(seed: string): CanaryPlan {
  const planting = new PlanBuilder(new Values(new SeededRandom(seed)));
  const { values, messages, plants } = planting;
  const identity = { user: values.identifier(), conference: values.identifier(), session: values.identifier() };
  const request = plantRequest(planting, identity);
  // First: what is remembered of a session is bounded, and nothing may depend on what other places fill it with.
  plantDevices(planting);
  plantConnections(planting);
  plantStatistics(planting);
  plantApplications(planting);
  plantEveryEvent(planting);
  const marker = values.uuid();
  const plain = [values.identifier(), values.ipv4()] as const;
  // No event of an application: a policy may drop those.
  planting.event('the last message', 'onnegotiationneeded', (plant) => ['PC_0', null, plant.stays(marker)]);
  return {
    seed,
    request,
    messages,
    plants,
    identity: { user: identity.user.text, conference: identity.conference.text, session: identity.session.text },
    plainRequest: `/plain/${planting.request('a plain HTTP request: path', plain[0])}?ip=${planting.request('a plain HTTP request: query', plain[1])}`,
    unsignedToken: values.jwt().text,
    marker,
  };
}

function plantRequest(
  planting: PlanBuilder,
  identity: Readonly<Record<'user' | 'conference' | 'session', Value>>,
): PlannedRequest {
  const { values } = planting;
  const plant = (place: string, value: Value): string => planting.request(`the request: ${place}`, value);
  const named = (place: string, value: Value): string => {
    return planting.request(`the request: ${place}`, { ...value, classes: ['identifiers', 'pageUrl'] }, true);
  };
  const segment = (value: Value, ...also: readonly Value['classes'][number][]): Value => ({
    ...value,
    classes: ['pageUrl', ...also],
  });
  const query = [
    `userId=${named('query userId', identity.user)}`,
    `conferenceId=${named('query conferenceId', identity.conference)}`,
    `sessionId=${named('query sessionId', identity.session)}`,
    `email=${encodeURIComponent(plant('query', segment(values.email(), 'contact')))}`,
    `peer=${plant('query, an address', segment(values.ipv4(), 'ipAddresses'))}`,
    `access_token=${plant('query, a token', segment(values.secret(), 'credentials'))}`,
  ];
  const path = [
    'room',
    plant('path', segment(values.identifier())),
    plant('path, an address', segment(values.ipv4(), 'ipAddresses')),
    encodeURIComponent(plant('path, percent-encoded', segment(values.email(), 'contact'))),
  ];
  return {
    path: `/${path.join('/')}?${query.join('&')}`,
    // The first one offered is the one that is agreed on; a gateway that knows better takes the second.
    protocols: [`${PROTOCOL}-${plant('subprotocol', values.ipv4())}`, PROTOCOL],
    headers: {
      origin: `http://${plant('Origin, host', values.hostname())}:8443/${plant('Origin, path', segment(values.identifier()))}`,
      'user-agent': `${plant('User-Agent', values.userAgent())} (${plant('User-Agent, an address', values.ipv4())})`,
      'x-forwarded-for': `${plant('X-Forwarded-For', values.ipv4())}, ${plant('X-Forwarded-For, the last one', values.ipv6())}`,
      'x-real-ip': plant('X-Real-IP', values.ipv4()),
      forwarded: `for=${plant('Forwarded', values.ipv4())}`,
      cookie: `sid=${plant('Cookie', values.secret())}`,
      authorization: plant('Authorization', values.bearer()),
      referer: plant('Referer', values.url()),
    },
    closeReason: `bye ${plant('the reason of the close', values.email())}`,
  };
}
