import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { closeCode, connect, sendSession } from '../client.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** The contract that packages/server/src/composition/intake.ts documents. */
export interface TestedIntake {
  readonly connections: number;
  readonly pendingSessions: number;
  readonly shortage: string | null;
  readonly address: Address | undefined;
  listen(): Promise<Address>;
  metrics(): Promise<readonly unknown[]>;
  stop(milliseconds: number): Promise<void>;
}

/** An intake that has its own empty data directory. */
export interface IntakeSetup {
  readonly intake: TestedIntake;
  /** States of all sessions in its catalog. */
  states(): Promise<string[]>;
  /** Names of the files in its spool, claims of workers left out. */
  spoolFiles(): Promise<string[]>;
  /** Stops the intake, and closes everything around it. */
  close(): Promise<void>;
}

const DRAIN_MS = 20_000;

/**
 * The suite that every intake runs.
 *
 * @param open makes an intake that will listen on this port of the loopback
 */
export function describeIntake(name: string, open: (port: number) => Promise<IntakeSetup>): void {
  describe(`${name} as an intake`, () => {
    let setup: IntakeSetup;

    async function listening(): Promise<{ intake: TestedIntake; url: string }> {
      setup = await open(0);
      const { port } = await setup.intake.listen();
      return { intake: setup.intake, url: `ws://127.0.0.1:${port}/` };
    }

    afterEach(async () => {
      await setup.close();
    });

    it('has an address while it listens, and only then', async () => {
      setup = await open(0);
      const { intake } = setup;
      expect(intake.address).toBeUndefined();
      const address = await intake.listen();
      expect(address.port).toBeGreaterThan(0);
      expect(intake.address).toEqual(address);
      await intake.stop(DRAIN_MS);
      expect(intake.address).toBeUndefined();
    });

    it('records and stores what clients send, and counts its connections', async () => {
      const { intake, url } = await listening();
      expect(intake.shortage).toBeNull();
      const socket = await connect(url);
      await vi.waitUntil(() => intake.connections === 1);
      socket.close();
      await sendSession(url, ['[":a",null,1,1]']);
      await vi.waitUntil(async () => (await setup.states()).join() === 'stored');
      // The figures of workers are read from time to time, so they may be from before the last session was finished.
      await vi.waitUntil(() => intake.connections === 0 && intake.pendingSessions === 0);
      expect(Array.isArray(await intake.metrics())).toBe(true);
    });

    it('closes its connections with 1001 when it stops, and has finished their sessions by then', async () => {
      const { intake, url } = await listening();
      const sockets = await Promise.all(Array.from({ length: 4 }, () => connect(url)));
      const codes = Promise.all(sockets.map(closeCode));
      for (const socket of sockets) {
        socket.send('[":a",null,1,1]');
        socket.ping();
        await once(socket, 'pong');
      }
      await Promise.all([intake.stop(DRAIN_MS), intake.stop(DRAIN_MS)]);
      expect(await codes).toEqual([1001, 1001, 1001, 1001]);
      expect(await setup.states()).toEqual(['stored', 'stored', 'stored', 'stored']);
      expect(await setup.spoolFiles()).toEqual([]);
      await expect(connect(url)).rejects.toThrow();
    });

    it('may be stopped before it listens', async () => {
      setup = await open(0);
      await setup.intake.stop(DRAIN_MS);
      await setup.intake.stop(DRAIN_MS);
      expect(await setup.spoolFiles()).toEqual([]);
    });

    it('says that its port is in use, and may be stopped then', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      onTestFinished(() => void other.close());
      const { port } = other.address() as AddressInfo;
      setup = await open(port);
      await expect(setup.intake.listen()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
      await setup.intake.stop(DRAIN_MS);
      expect(setup.intake.address).toBeUndefined();
    });
  });
}
