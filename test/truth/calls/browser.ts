import { readdirSync, readFileSync } from 'node:fs';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '@rtcstats-server/testing/browser';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ParticipantOptions, ParticipantPage } from '../page/interface.ts';

const VIDEO_CAPTURE = '--utility-sub-type=video_capture.mojom.VideoCaptureService';

/** The files that the fake devices play. */
export interface Devices {
  readonly microphone: string;
  readonly camera: string;
}

interface PageGlobals {
  start(options: ParticipantOptions): void;
  readonly participant: ParticipantPage;
}

type MethodName = keyof ParticipantPage;

/** A Chromium process with the page of one participant. */
export class ParticipantBrowser {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #pid: number;
  #asleep = false;

  private constructor(browser: Browser, page: Page, pid: number) {
    this.#browser = browser;
    this.#page = page;
    this.#pid = pid;
  }

  /** @param onSignal called with each message for the signaling server */
  static async launch(url: string, devices: Devices, onSignal: (message: string) => void): Promise<ParticipantBrowser> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      // The bench ends at a signal as a whole.
      handleSIGTERM: false,
      handleSIGINT: false,
      args: [
        ...CHROMIUM_ARGUMENTS,
        '--autoplay-policy=no-user-gesture-required',
        `--use-file-for-fake-audio-capture=${devices.microphone}`,
        `--use-file-for-fake-video-capture=${devices.camera}`,
        // The media must pass the proxy on the loopback interface, which Chromium does not use otherwise.
        '--allow-loopback-in-peer-connection',
      ],
    });
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pid = processInfo.find(({ type }) => type === 'browser')!.id;
    const page = await browser.newPage();
    await page.exposeFunction('sendSignal', onSignal);
    await page.goto(url);
    await page.waitForFunction(() => 'start' in globalThis);
    return new ParticipantBrowser(browser, page, pid);
  }

  async start(options: ParticipantOptions): Promise<void> {
    await this.#page.evaluate((given) => (globalThis as unknown as PageGlobals).start(given), options);
  }

  /** Calls a method of the participant in the page. @returns what it returns */
  async call<M extends MethodName>(method: M, ...args: unknown[]): Promise<Awaited<ReturnType<ParticipantPage[M]>>> {
    const made = await this.#page.evaluate(
      ([name, given]) => {
        const { participant } = globalThis as unknown as {
          participant: Record<string, (...all: unknown[]) => unknown>;
        };
        return participant[name]!(...given);
      },
      [method, args] as const,
    );
    return made as Awaited<ReturnType<ParticipantPage[M]>>;
  }

  /** Closes the tab without asking the page, as people do. */
  async closeTab(): Promise<void> {
    await this.#page.close({ runBeforeUnload: false });
  }

  get isOpen(): boolean {
    return !this.#page.isClosed();
  }

  /** Stops all processes, as a computer that sleeps. */
  sleep(): void {
    this.#asleep = true;
    this.#signal('SIGSTOP');
  }

  wake(): void {
    this.#asleep = false;
    this.#signal('SIGCONT');
  }

  /** Ends the process that captures video. @throws Error if there is none */
  unplugCamera(): void {
    const capture = processTree(this.#pid).find((pid) => commandLine(pid).includes(VIDEO_CAPTURE));
    if (capture === undefined) throw new Error('Chromium has no process for video capture');
    process.kill(capture, 'SIGKILL');
  }

  async close(): Promise<void> {
    if (this.#asleep) this.wake();
    await this.#browser.close();
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of processTree(this.#pid)) process.kill(pid, signal);
  }
}

/** A process and its descendants, by proc(5). */
function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The parent is the second field after the name in parentheses, which may contain spaces.
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
