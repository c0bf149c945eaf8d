import type { StructureRow } from './structures.ts';

/** Records of persons after standards, as applications copy them from a token or a directory into an event. */
export const STANDARD_RECORDS: readonly StructureRow[] = [
  [
    'OIDC claims',
    ':claims',
    {
      sub: 'auth0|anna',
      name: 'Anna Keller',
      given_name: 'Anna',
      family_name: 'Keller',
      preferred_username: 'akeller',
      locale: 'de-DE',
    },
    ['auth0|anna', 'Anna', 'Keller', 'akeller'],
    ['de-DE'],
  ],
  [
    'OIDC claims',
    ':login',
    {
      claims: {
        nickname: 'Annie',
        profile: 'https://id.example.com/anna',
        picture: 'https://id.example.com/a/anna.png',
        birthdate: '1984-02-29',
        zoneinfo: 'Europe/Berlin',
      },
    },
    ['Annie', '/anna', '1984-02-29'],
    ['Europe/Berlin'],
  ],
  [
    'OIDC address',
    ':claims',
    {
      address: {
        formatted: 'Hauptstr. 5, 82008 Unterhaching',
        streetAddress: 'Hauptstr. 5',
        locality: 'Unterhaching',
        postalCode: '82008',
        country: 'DE',
      },
    },
    ['Hauptstr. 5', 'Unterhaching', '82008'],
  ],
  [
    'SCIM user',
    ':provision',
    {
      userName: 'akeller',
      name: { formatted: 'Ms. Anna Keller', familyName: 'Keller', givenName: 'Anna', honorificPrefix: 'Ms.' },
      active: true,
    },
    ['akeller', 'Keller', 'Anna'],
    ['true'],
  ],
  [
    'SCIM user',
    ':directory',
    {
      user: {
        externalId: 'E-7731',
        emails: [{ value: 'anna@example.com', type: 'work' }],
        employeeNumber: '701984',
        department: 'Onkologie Süd',
      },
    },
    ['E-7731', 'anna@example.com', '701984', 'Onkologie Süd'],
  ],
  [
    'vCard',
    ':contact',
    {
      contact: { fn: 'Anna Keller', nickname: 'Annie', bday: '1984-02-29', tel: '+4915112345678', org: 'Keller GmbH' },
    },
    ['Anna Keller', 'Annie', '1984-02-29', '4915112345678', 'Keller GmbH'],
  ],
  [
    'schema.org Person',
    ':profile',
    {
      person: {
        givenName: 'Anna',
        additionalName: 'Maria',
        jobTitle: 'Chefärztin',
        worksFor: 'Klinikum Süd',
        birthPlace: 'Ulm',
        telephone: '+49731123456',
      },
    },
    ['Anna', 'Maria', 'Chefärztin', 'Klinikum Süd', 'Ulm', '49731123456'],
  ],
  [
    'schema.org Event',
    ':event',
    { organizer: { name: 'Anna Keller' }, attendees: [{ name: 'Bob Brown' }], eventStatus: 'scheduled' },
    ['Anna Keller', 'Bob Brown'],
    ['scheduled'],
  ],
  [
    'FHIR Patient',
    ':patient',
    {
      resourceType: 'Patient',
      patient: {
        identifier: [{ value: 'MRN-00482' }],
        name: [{ family: 'Keller', given: ['Anna', 'Maria'] }],
        gender: 'female-x',
        birthDate: '1984-02-29',
      },
    },
    ['MRN-00482', 'Keller', 'Anna', 'Maria', '1984-02-29'],
  ],
  [
    'FHIR Appointment',
    ':appointment',
    { participant: [{ actor: { reference: 'Patient/keller-a', display: 'Anna Keller' }, status: 'accepted' }] },
    ['keller-a', 'Anna Keller'],
    ['accepted'],
  ],
  [
    'analytics',
    ':identify',
    { traits: { firstName: 'Anna', plan: 'pro' }, anonymousId: 'anon-anna', userId: 'u_anna' },
    ['Anna', 'anon-anna', 'u_anna'],
  ],
  [
    'analytics',
    ':track',
    { distinctId: 'anna-mac', properties: { fullName: 'Anna Keller', browser: 'Chrome', os: 'macOS' } },
    ['anna-mac', 'Anna Keller'],
    ['Chrome', 'macOS'],
  ],
  [
    'Active Directory',
    ':sso',
    {
      userPrincipalName: 'anna@corp.example',
      samAccountName: 'KELLERA',
      computerName: 'PC-KELLER',
      domain: 'corp.example',
    },
    ['anna@corp', 'KELLERA', 'PC-KELLER'.toLowerCase()],
  ],
];
