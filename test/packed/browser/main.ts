import { DumpReader, dumpBytes } from '@rtcstats-server/dump';
import { Anonymizer, compilePolicy, DumpAnonymizer, presetPolicy } from '@rtcstats-server/privacy';
import { verifyText } from '@rtcstats-server/privacy/verifier';

/** Anonymizes a dump in the page, reads the result and verifies it. */
async function show(): Promise<string> {
  const policy = presetPolicy('standard');
  const anonymizer = new DumpAnonymizer(new Anonymizer(compilePolicy(policy)));
  const { body } = await fetch('/call.gz');
  const decoder = new TextDecoder();
  let text = '';
  const take = (pieces: readonly Uint8Array[]): void => {
    for (const piece of pieces) text += decoder.decode(piece, { stream: true });
  };
  for await (const chunk of dumpBytes(body!)) take(anonymizer.push(chunk));
  take(anonymizer.end());
  let events = 0;
  for await (const _ of await DumpReader.open(text)) events++;
  return JSON.stringify({ events, clean: verifyText(text, policy).clean, text });
}

show().then(
  (text) => {
    document.querySelector('pre')!.textContent = text;
    document.title = 'done';
  },
  (error: unknown) => {
    document.title = `failed: ${String(error)}`;
  },
);
