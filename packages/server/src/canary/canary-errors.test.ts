import { CanaryError } from '@rtcstats-server/canary';
import { expect, it } from 'vitest';
import { ERRORS } from '../errors/errors.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { withGatewayErrors } from './canary-errors.ts';

const failing = (error: Error) => withGatewayErrors(() => Promise.reject(error));

it('adds the advice of the table to an error of the canary', async () => {
  const cause = new Error('ECONNREFUSED');
  const error = failing(new CanaryError('GATEWAY_UNREACHABLE', 'There is no gateway', { cause }));
  await expect(error).rejects.toThrow(GatewayError);
  await expect(error).rejects.toMatchObject({
    code: 'GATEWAY_UNREACHABLE',
    message: 'There is no gateway',
    todo: ERRORS.GATEWAY_UNREACHABLE.todo,
    cause,
  });
});

it('keeps more specific advice', async () => {
  const error = failing(new CanaryError('INPUT_UNREADABLE', 'no directory', { todo: 'Use --data.' }));
  await expect(error).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', todo: 'Use --data.' });
});

it('passes other errors through', async () => {
  const other = new TypeError('other');
  await expect(failing(other)).rejects.toBe(other);
});
