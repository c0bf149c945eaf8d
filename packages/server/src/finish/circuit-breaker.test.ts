import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

let halfOpened: number;
let breaker: CircuitBreaker;

beforeEach(() => {
  vi.useFakeTimers();
  // The longest pause that jitter allows.
  vi.spyOn(Math, 'random').mockReturnValue(1);
  halfOpened = 0;
  const onHalfOpen = (): void => void halfOpened++;
  breaker = new CircuitBreaker({ failures: 3, firstPauseMs: 1000, maxPauseMs: 3000, onHalfOpen });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function fail(times: number): void {
  for (let count = 0; count < times; count++) breaker.failed();
}

describe('CircuitBreaker', () => {
  it('opens after that many failures in a row, and not before', () => {
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.state).toBe('closed');
    fail(1);
    expect(breaker.state).toBe('open');
  });

  it('is half open when the pause is over, and closed after a success', () => {
    fail(3);
    vi.advanceTimersByTime(999);
    expect([breaker.state, halfOpened]).toEqual(['open', 0]);
    vi.advanceTimersByTime(1);
    expect([breaker.state, halfOpened]).toEqual(['halfOpen', 1]);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
  });

  it('waits twice as long after each failed try, up to the maximum, and starts over once it has been closed', () => {
    fail(3);
    for (const pause of [1000, 2000, 3000, 3000]) {
      vi.advanceTimersByTime(pause - 1);
      expect(breaker.state).toBe('open');
      vi.advanceTimersByTime(1);
      expect(breaker.state).toBe('halfOpen');
      fail(1);
    }
    breaker.succeeded();
    fail(3);
    vi.advanceTimersByTime(1000);
    expect(breaker.state).toBe('halfOpen');
  });

  it('does not wait longer because tasks that were running before fail meanwhile', () => {
    fail(3);
    vi.advanceTimersByTime(500);
    fail(10);
    vi.advanceTimersByTime(500);
    expect([breaker.state, halfOpened]).toEqual(['halfOpen', 1]);
  });

  it('closes at once when a task that was running before succeeds, and its pause ends unnoticed', () => {
    fail(3);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    vi.advanceTimersByTime(60_000);
    expect(halfOpened).toBe(0);
  });

  it('leaves no timer behind when it is stopped, whatever fails afterwards', () => {
    fail(3);
    breaker.stop();
    expect(breaker.state).toBe('halfOpen');
    fail(1);
    expect(breaker.state).toBe('halfOpen');
    expect(vi.getTimerCount()).toBe(0);
  });
});
