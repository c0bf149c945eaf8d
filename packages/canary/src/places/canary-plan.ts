import type { CanaryPlan, PersonalValue } from '../plan/plan.ts';
import { PlanBuilder } from '../plan/plan-builder.ts';
import { SeededRandom } from '../plan/random.ts';
import { ValueGenerator } from '../plan/value-generator.ts';
import { plantApplications } from './applications.ts';
import { plantConnections } from './connections.ts';
import { plantDevices } from './devices.ts';
import { plantEveryEvent } from './every-event.ts';
import { plantPlainRequest, plantRequest } from './request.ts';
import { plantStatistics } from './statistics.ts';

/** Parts of a token that are shorter than this could occur anywhere by chance. */
const MIN_TOKEN_PART_LENGTH = 16;

/** Plans a session with a value in every place. A seed always gives the same plan. */
export function planCanary(seed: string): CanaryPlan {
  const builder = new PlanBuilder(new ValueGenerator(new SeededRandom(seed)));
  const { values, messages, plantedValues } = builder;
  const identity = { user: values.identifier(), conference: values.identifier(), session: values.identifier() };
  const request = plantRequest(builder, identity);
  // Devices come first: the gateway remembers a bounded number of labels and ids per session, and values of other
  // places must not use that up before the labels are repeated.
  plantDevices(builder);
  plantConnections(builder);
  plantStatistics(builder);
  plantApplications(builder);
  plantEveryEvent(builder);
  const marker = values.uuid();
  const plainRequest = plantPlainRequest(builder);
  // This must not be a custom event, because a policy may drop those.
  builder.event('the last message', 'onnegotiationneeded', (plant) => ['PC_0', null, plant.technical(marker)]);
  return {
    seed,
    request,
    messages,
    plantedValues,
    identity: { user: identity.user.text, conference: identity.conference.text, session: identity.session.text },
    plainRequest,
    unsignedToken: values.jwt().text,
    marker,
  };
}

/** The same plan with another `Origin` header, for a gateway that accepts only some origins. */
export function withOrigin(plan: CanaryPlan, origin: string): CanaryPlan {
  const { request, plantedValues } = plan;
  const plannedOrigin = request.headers['origin']!;
  return {
    ...plan,
    request: { ...request, headers: { ...request.headers, origin } },
    plantedValues: plantedValues.filter(({ message, text }) => message !== null || !plannedOrigin.includes(text)),
  };
}

/** The same plan with the token that the canary connects with as one more planted value. */
export function withToken(plan: CanaryPlan, token: string): CanaryPlan {
  // The header of a JWT is not searched for, because all tokens of an application have the same one.
  const [, payload, signature] = token.split('.');
  const parts = payload === undefined ? [token] : [payload, signature ?? ''];
  const searchTerms = parts.filter((part) => part.length >= MIN_TOKEN_PART_LENGTH);
  const value: PersonalValue = { text: token, searchTerms, classes: ['credentials'] };
  const planted = { place: 'the request: the token', value, text: token, message: null, anyClass: false };
  return { ...plan, plantedValues: [...plan.plantedValues, planted] };
}
