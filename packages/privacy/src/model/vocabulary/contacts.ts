import { phraseList, wordList } from './word-list.ts';

/** Words for e-mail addresses and accounts (OIDC `email`, SCIM `emails`, vCard EMAIL and IMPP, FHIR `telecom`). */
export const MAILS: ReadonlySet<string> = wordList(`
  email mail emailaddress mailaddress impp xmpp sip sipuri skype whatsapp telegram viber wechat facetime
  upn userprincipalname imessage teams slack correo courriel posteingang mailadresse emailadresse почта 邮箱 メール
`);

/** Words for telephone numbers (OIDC `phone_number`, SCIM `phoneNumbers`, vCard TEL, E.164, SIP). */
export const PHONES: ReadonlySet<string> = wordList(`
  phone telephone tel mobile cell cellphone cellular msisdn fax callback landline dialin ani dnis callerid phonenumber
  telefon telefonnummer handy handynummer rufnummer festnetz mobil mobilnummer
  telephonenumero portable telefono movil celular telefoon telefone cellulare телефон 电话 手机 電話 전화
`);

/** Whole property names of telephone numbers. */
export const PHONE_PHRASES: ReadonlySet<string> = phraseList(`
  phone number, mobile number, caller number, callee number, called number, calling number, dialed number, dial number,
  contact number, to number, from number, e164, numero de telephone, numero de telefono, cell number, fax number,
  callback number, sms number, did number, did, extension number
`);
