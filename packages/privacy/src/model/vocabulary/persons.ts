import { phraseList, wordList } from './word-list.ts';

/**
 * Words in property names that stand for a person. Sources: OpenID Connect standard claims, SCIM (RFC 7643), vCard
 * (RFC 6350), schema.org `Person`, FHIR `Patient`, and the events of Twilio, Vonage, Agora, LiveKit, Daily, Jitsi,
 * mediasoup and SIP clients; German, French, Spanish and other languages for the common ones.
 */

/** A person, as a noun. A `name` or `id` of one is personal, and so is a text in its place. Singular. */
export const PERSONS: ReadonlySet<string> = wordList(`
  user person people participant peer member attendee guest invitee inviter caller callee owner author creator sender
  recipient receiver subscriber publisher viewer listener presenter moderator organizer organiser cohost panelist
  customer client patient practitioner doctor physician nurse therapist clinician provider agent
  operator supervisor employee staff student teacher tutor pupil learner instructor interviewer interviewee
  contact friend colleague buddy roommate player profile account identity principal actor performer occupant
  broadcaster streamer admin administrator manager assignee reporter requester approver visitor lead
  username nickname nick displayname fullname firstname lastname surname forename givenname familyname middlename
  screenname login handle alias pseudonym jid userid uid sub initials avatar picture photo portrait author
  knocker prescriber pharmacist signatory signer signee notary examinee examiner proctor invigilator interpreter translator
  advisor adviser consultant counselor counsellor lawyer attorney caregiver chaperone resident rider passenger courier
  seller buyer dealer applicant recruiter trainer trainee coach mentor mentee apprentice captain teammate opponent follower
  delegate deputy secretary receptionist dispatcher responder surgeon dentist midwife psychologist paramedic neighbor
  neighbour classmate teammate gamertag uname usr speaker
  spouse parent child guardian relative sibling maiden birthday birthdate dob gender pronouns 
  benutzer nutzer anwender teilnehmer gast gastgeber anrufer angerufener absender empfaenger empfanger inhaber kunde
  kundin mitarbeiter arzt aerztin lehrer schueler schuler mitglied vorname nachname benutzername nutzername anzeigename
  benutzerkennung rufname spitzname behandler behandelnder sachbearbeiter ansprechpartner berater betreuer vermittler dozent
  pruefling pruefer versicherter bewerber leiter dolmetscher patientin kollege kollegin gespraechspartner gesprachspartner
  pfleger pflegerin therapeut vorgesetzter bevollmaechtigter
  utilisateur utilisatrice participante invite membre appelant appele expediteur destinataire proprietaire client
  interlocuteur interlocutrice soignant conseiller conseillere enseignant formateur collegue animateur interprete hote
  infirmier infirmiere correspondant etudiant professeur
  medecin eleve prenom nom pseudo identifiant
  usuario usuaria miembro invitado llamante remitente destinatario propietario cliente paciente medico alumno profesor
  anfitrion anfitriona interlocutor interlocutora docente asesor entrenador companero enfermero enfermera estudiante
  interprete agente maestro maestra contacto
  nombre apellido apodo
  utente cognome partecipante ospite gebruiker deelnemer voornaam achternaam gebruikersnaam deltagare deltager
  participant imie nazwisko uzytkownik
  имя фамилия пользователь участник 用户 用户名 姓名 昵称 名前 氏名 ユーザー 参加者 사용자 이름
`);

/** Whole property names that hold a person or the name of one, whatever they are in. Words joined by a space. */
export const PERSON_PHRASES: ReadonlySet<string> = phraseList(`
  family, given, fn, bday, display, formatted name, display name, full name, first name, last name, given name, family name, middle name, nick name, screen name,
  preferred username, user name, real name, legal name, common name, maiden name, formatted name, honorific prefix,
  honorific suffix, additional name, alternate name, phonetic name, sort string, name formatted, display as,
  birth date, date of birth, birth place, birthday, marital status, job title, blood type, nationality, ethnicity,
  external id, employee number, employee id, badge number, matriculation number, student id, staff number, national id,
  social security number, ssn, tax id, vat id, passport number, driver license, insurance number, medical record number,
  mrn, nhs number, health insurance number, managing organization, general practitioner, works for, member of, knows,
  on behalf of, logged in as, active speaker, dominant speaker, current speaker, last speaker, loudest speaker,
  speaking, pinned, spotlight, talking to, who, whom, in call with, with user, dialed, remote party,
  local party, other party, far end, near end, endpoint id, endpoint name, occupant jid,
  insurance id, insurance no, policy id, member no, waiting for, candidate name, candidate number, examinee number, seat owner, raised hand, present, absent, tardy,
  account number, account no, customer number, policy number, versichertennummer, versicherungsnummer, kundennummer,
  matrikelnummer, personalnummer, personalausweisnummer, steuernummer, numero secu, numero de securite sociale, nss, dni,
  nif, nie, cpf, rut, curp, steam id, xbox id, psn id, discord id, battle tag, localized caller name,
  from uri, to uri, from name, to name, from id, to id, caller id, callee id, calling party, called party,
  a number, b number, p asserted identity, remote identity, local identity, remote party id, contact uri,
  socket id, client id, producer peer id, consumer peer id, publisher id, subscriber id,
  invited by, created by, started by, joined by, muted by, kicked by, recorded by, updated by, sent by, removed by,
  requested by, ended by, approved by, hosted by, shared by, uploaded by, signed in as, as user,
  stream owner, track owner, room owner, meeting host, call partner, chat partner, gespraechspartner,
  gesprachspartner, name des teilnehmers, vollstandiger name, vollstaendiger name, nom complet, nom affiche,
  nom de famille, nom utilisateur, nom d utilisateur, nombre completo, nombre de usuario, correo
`);

/**
 * Property names that hold a person in some applications and something technical in others: `from` may be a caller, or
 * the former state. The value decides.
 */
export const UNCERTAIN: ReadonlySet<string> = phraseList(`
  from, to, src, dst, source, destination, target, origin user, host, by, via, local, remote, me, self, other,
  name, title, id, uid, uuid, guid, ref, reference, slug, entity, object, partner, party, leader, winner, mvp,
  requested, invited, kicked, banned, muted, removed, added, joined, left, promoted, selected, focused, assigned,
  von, nombre, nom, bezeichnung, titel, titre,
  titulo, kennung, identificador
`);
