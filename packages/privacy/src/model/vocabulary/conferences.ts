import { phraseList, wordList } from './word-list.ts';

/** Words for a call or a place to meet; a `name`, `id` or `title` of one tells who met. Singular. */
export const CONFERENCES: ReadonlySet<string> = wordList(`
  room conference meeting call channel group team space lobby breakout webinar appointment encounter
  consultation lesson classroom course seminar lecture interview standup workspace organization organisation
  org company department tenant topic agenda roomname meetingname conferencename channelname callname
  chatroom muc huddle hall livestream conversation chat project
  raum besprechung konferenz sitzung gruppe kanal termin sprechstunde unterricht anruf gespraech gesprach firma abteilung
  salle reunion conference salon groupe appel entreprise cours
  sala reunion conferencia grupo llamada empresa curso
  stanza riunione vergadering kamer комната встреча конференция 会议 房间 会議 部屋 회의
`);

/** Whole property names of a conference. */
export const CONFERENCE_PHRASES: ReadonlySet<string> = phraseList(`
  room, room name, room id, room sid, room title, room url, meeting, meeting id, meeting name, meeting title,
  meeting topic, meeting number, conference, conference id, conference name, call id, call sid, call name,
  channel name, channel id, group name, subject, topic, agenda, muc room, breakout room, space name, event title,
  organization, organisation, org name, org id, company, department, tenant, tenant id, tenant name, raum, raumname,
  besprechung, salle, salon, sala, nombre de sala, nom de la salle, thread id, conversation id, chat id, lobby
`);
