import { describeTrack, type Recorder } from './recorder.ts';

/** How long to wait for an answer to the permission prompt before the call uses generated media, in milliseconds. */
const PERMISSION_TIMEOUT_MS = 6000;
const CONSTRAINTS = { audio: true, video: { width: 640, height: 360 } };

/** The local media of a test call. Call `stop` to release the devices. */
export interface Media {
  readonly stream: MediaStream;
  /** True for camera and microphone, false for generated media. */
  readonly isReal: boolean;
  stop(): void;
}

/** Opens camera and microphone. If there are none or permission is not granted, generates a picture and a tone. */
export async function openMedia(recorder: Recorder, wanted: 'devices' | 'generated'): Promise<Media> {
  if (wanted === 'devices' && navigator.mediaDevices !== undefined) {
    try {
      return await openDevices(recorder);
    } catch {
      // The recorder has recorded the failure; continue with generated media.
    }
  }
  return generateMedia();
}

async function openDevices(recorder: Recorder): Promise<Media> {
  const stream = await recorder.call(
    'navigator.mediaDevices.getUserMedia',
    CONSTRAINTS,
    () => Promise.race([navigator.mediaDevices.getUserMedia(CONSTRAINTS), timeout()]),
    (result) => result.getTracks().map((track) => describeTrack(track, result)),
  );
  recorder.record('navigator.mediaDevices.enumerateDevices', null, await navigator.mediaDevices.enumerateDevices());
  return { stream, isReal: true, stop: () => stopTracks(stream) };
}

function timeout(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new DOMException('The permission prompt was not answered', 'TimeoutError')),
      PERMISSION_TIMEOUT_MS,
    );
  });
}

function generateMedia(): Media {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const pen = canvas.getContext('2d')!;
  let frame = 0;
  const draw = (): void => {
    frame += 1;
    pen.fillStyle = `hsl(${frame % 360} 45% 30%)`;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = '#ffffff';
    pen.font = '600 40px system-ui, sans-serif';
    pen.textAlign = 'center';
    pen.fillText('rtcstats-server', 320, 170);
    pen.fillRect((frame * 6) % 640, 220, 60, 12);
  };
  draw();
  const timer = setInterval(draw, 1000 / 25);
  const audio = new AudioContext();
  const destination = audio.createMediaStreamDestination();
  const tone = new OscillatorNode(audio, { frequency: 330 });
  const volume = new GainNode(audio, { gain: 0.1 });
  tone.connect(volume).connect(destination);
  tone.start();
  const stream = new MediaStream([...canvas.captureStream(25).getTracks(), ...destination.stream.getTracks()]);
  const stop = (): void => {
    clearInterval(timer);
    void audio.close();
    stopTracks(stream);
  };
  return { stream, isReal: false, stop };
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
