import { phraseList, wordList } from './word-list.ts';

/** Words for a device of the user: its label often contains the name of its owner. Singular. */
export const DEVICES: ReadonlySet<string> = wordList(`
  device mic microphone camera cam webcam speaker headset headphone earphone earbud earpiece loudspeaker speakerphone
  audioinput audiooutput videoinput audioinputdevice videoinputdevice audiooutputdevice mediadevice capturer
  recorder monitor display screen window tab projector airpod bluetooth peripheral ringtonedevice
  geraet gerat mikrofon kamera lautsprecher kopfhoerer kopfhorer bildschirm fenster
  appareil micro casque ecran fenetre hautparleur
  dispositivo microfono camara altavoz auricular pantalla ventana fotocamera
`);

/** Whole property names of the label of a device. */
export const DEVICE_PHRASES: ReadonlySet<string> = phraseList(`
  device name, device label, audio input, audio output, video input, input device, output device, audio device,
  video device, capture device, playback device, selected device, current device, default device, preferred device,
  used mic, used camera, screen name shared, window title, tab title, screen title, shared window, shared screen,
  product name, friendly name, mic label, camera label, speaker label, device title, media device, display surface name
`);
