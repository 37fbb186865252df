#!/usr/bin/env python3
# Holds the explanation catalogue (data/learn/*.ini) complete, equal in both languages and well spelt.
# The lists below are the standards' own: what an RFC or an IANA registry names must have an entry.
# Prints TAP.
import configparser
import os
import re
import sys

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'learn')
PROTOCOLS = ('pop3', 'smtp', 'imap', 'sasl', 'tls', 'mail')
LANGUAGES = ('en', 'fr')
KINDS = {'command', 'reply', 'response-code', 'capability', 'parameter', 'flag', 'attribute', 'mechanism',
         'tls', 'syntax', 'state', 'class'}
PROSE = ('title', 'meaning', 'why', 'storage', 'advice', 'standard')
REQUIRED = ('kind', 'title', 'meaning', 'why', 'storage', 'standard')
KEYS = set(REQUIRED) | {'advice', 'rfc', 'source', 'see'}
# Words: a card is read in passing. French needs about a fifth more.
LONGEST = {'title': 12, 'meaning': 45, 'why': 25, 'storage': 20, 'advice': 30, 'standard': 60}
# Where the second depth has grown from a phrase into a paragraph, it stays one.
PARAGRAPHS = ('imap', 'sasl', 'tls')
SHORTEST_PARAGRAPH = 8


def fold(name):
    """A word on the wire as its entry's name: see data/learn/README.md, Ids."""
    name = name.lower().lstrip('\\$')
    name = re.sub(r'\+$', '-plus', name)
    name = re.sub(r'-$', '-minus', name)
    return re.sub(r'[^a-z0-9]+', '-', name).strip('-')


def ids(prefix, words):
    return [prefix + '.' + fold(word) for word in words.split()]


def enhanced():
    ranges = {0: range(0, 1), 1: range(0, 11), 2: range(0, 5), 3: range(0, 7), 4: range(0, 8), 5: range(0, 7),
              6: range(0, 11), 7: range(0, 31)}
    return ['smtp.enhanced.x-%d-%d' % (subject, detail) for subject in ranges for detail in ranges[subject]]


# What the standards name: title, how many there are, ids.
LISTS = [
    ('POP3 commands', 17, ids('pop3.command', '''USER PASS APOP STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL CAPA
        STLS AUTH UTF8 LANG''')),
    ('POP3 statuses', 2, ['pop3.status.ok', 'pop3.status.err']),
    ('POP3 response codes', 6, ids('pop3.code', 'LOGIN-DELAY IN-USE SYS/TEMP SYS/PERM AUTH UTF8')),
    ('POP3 capability tags', 13, ids('pop3.capability', '''TOP USER SASL RESP-CODES LOGIN-DELAY PIPELINING EXPIRE
        UIDL IMPLEMENTATION STLS AUTH-RESP-CODE UTF8 LANG''')),
    ('POP3 replies, by command', 17, ids('pop3.reply', '''USER PASS APOP STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL
        CAPA STLS AUTH UTF8 LANG''')),
    ('POP3 states and grammar', 6, ids('pop3.state', 'AUTHORIZATION TRANSACTION UPDATE')
        + ['pop3.syntax.continuation', 'pop3.syntax.dot', 'pop3.syntax.stuffing']),

    ('SMTP commands', 21, ids('smtp.command', '''EHLO HELO MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT STARTTLS AUTH
        BDAT BURL ETRN ATRN SEND SOML SAML TURN''')),
    ('SMTP reply codes', 44, ids('smtp.reply', '''211 214 220 221 235 250 251 252 253 334 354 421 422 430 432 450 451
        452 453 454 455 458 459 500 501 502 503 504 521 523 524 525 530 533 534 535 538 550 551 552 553 554 555 556''')),
    ('SMTP answers that differ by command', 4, ids('smtp.reply', '250-EHLO 250-MAIL 250-RCPT 250-DATA')),
    ('SMTP enhanced status codes', 81, enhanced()),
    ('SMTP classes', 18, ids('smtp.class', '2yz 3yz 4yz 5yz x0z x1z x2z x3z x4z x5z') + ids('smtp.class', '''enhanced-x-0
        enhanced-x-1 enhanced-x-2 enhanced-x-3 enhanced-x-4 enhanced-x-5 enhanced-x-6 enhanced-x-7''')),
    ('SMTP enhanced classes', 3, ids('smtp.class', 'enhanced-2 enhanced-4 enhanced-5')),
    ('SMTP parameters', 14, ids('smtp.parameter', '''SIZE BODY AUTH RET ENVID NOTIFY ORCPT SMTPUTF8 REQUIRETLS BY HOLDFOR
        HOLDUNTIL MT-PRIORITY RRVS''')),
    ('SMTP keywords registered with IANA', 33, ids('smtp.keyword', '''SEND SOML SAML VRFY EXPN HELP TURN 8BITMIME SIZE VERB
        ONEX CHUNKING BINARYMIME CHECKPOINT DELIVERBY PIPELINING DSN ETRN ENHANCEDSTATUSCODES STARTTLS NO-SOLICITING MTRK
        SUBMITTER ATRN AUTH BURL FUTURERELEASE CONPERM CONNEG SMTPUTF8 MT-PRIORITY RRVS REQUIRETLS''')),
    ('SMTP keywords LIMITS and UTF8SMTP', 2, ids('smtp.keyword', 'LIMITS UTF8SMTP')),
    ('SMTP grammar', 4, ids('smtp.syntax', 'continuation dot stuffing envelope')),

    ('IMAP commands', 55, ids('imap.command', '''CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE
        CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST NAMESPACE STATUS APPEND IDLE CLOSE UNSELECT EXPUNGE SEARCH FETCH
        STORE COPY MOVE UID UID-FETCH UID-STORE UID-COPY UID-MOVE UID-SEARCH UID-EXPUNGE LSUB CHECK ID GETQUOTA
        GETQUOTAROOT SETQUOTA COMPRESS SORT THREAD GETMETADATA SETMETADATA NOTIFY UNAUTHENTICATE REPLACE GETACL SETACL
        DELETEACL LISTRIGHTS MYRIGHTS ESEARCH UIDBATCHES''')),
    ('IMAP rare commands', 7, ids('imap.command', 'GENURLAUTH RESETKEY URLFETCH CONVERT CANCELUPDATE RLIST RLSUB')),
    ('IMAP responses', 31, ids('imap.response', '''OK NO BAD PREAUTH BYE CAPABILITY ENABLED LIST NAMESPACE STATUS ESEARCH
        FLAGS EXISTS EXPUNGE FETCH LSUB SEARCH RECENT ID QUOTA QUOTAROOT VANISHED METADATA SORT THREAD ACL LISTRIGHTS
        MYRIGHTS UIDFETCH UIDBATCHES continuation''')),
    ('IMAP response codes', 62, ids('imap.code', '''ALERT BADCHARSET CAPABILITY PARSE PERMANENTFLAGS READ-ONLY READ-WRITE
        TRYCREATE UIDNEXT UIDVALIDITY APPENDUID COPYUID UIDNOTSTICKY UNAVAILABLE AUTHENTICATIONFAILED AUTHORIZATIONFAILED
        EXPIRED PRIVACYREQUIRED CONTACTADMIN NOPERM INUSE EXPUNGEISSUED CORRUPTION SERVERBUG CLIENTBUG CANNOT LIMIT
        OVERQUOTA ALREADYEXISTS NONEXISTENT NOTSAVED HASCHILDREN CLOSED UNKNOWN-CTE UNSEEN HIGHESTMODSEQ NOMODSEQ MODIFIED
        USEATTR COMPRESSIONACTIVE METADATA MAILBOXID INPROGRESS UIDREQUIRED MESSAGELIMIT TOOFEW TOOMANY REFERRAL NEWNAME
        URLMECH TOOBIG BADURL BADCOMPARATOR ANNOTATE ANNOTATIONS TEMPFAIL MAXCONVERTMESSAGES MAXCONVERTPARTS NOUPDATE
        NOTIFICATIONOVERFLOW BADEVENT UNDEFINED-FILTER''')),
    ('IMAP flags', 11, ids('imap.flag', '''\\Seen \\Answered \\Flagged \\Deleted \\Draft \\Recent $Forwarded $MDNSent $Junk
        $NotJunk $Phishing''')),
    ('IMAP keywords and attributes of RFC 9979', 20, ids('imap.flag', '''$notify $muted $followed $memo $hasmemo $hasattachment
        $hasnoattachment $autosent $unsubscribed $canunsubscribe $imported $istrusted $maskedemail $new $MailFlagBit0
        $MailFlagBit1 $MailFlagBit2''') + ids('imap.attribute', r'\Snoozed \Scheduled \Memos')),
    ('IMAP special uses', 8, ids('imap.use', r'\All \Archive \Drafts \Flagged \Junk \Sent \Trash \Important')),
    ('IMAP mailbox attributes', 9, ids('imap.attribute', r'''\Noselect \Noinferiors \HasChildren \HasNoChildren \Marked
        \Unmarked \Subscribed \NonExistent \Remote''')),
    ('IMAP FETCH items', 19, ids('imap.item', '''ALL FAST FULL BINARY BINARY.PEEK BINARY.SIZE BODY BODY-SECTION BODY.PEEK
        BODYSTRUCTURE ENVELOPE FLAGS INTERNALDATE RFC822 RFC822.HEADER RFC822.SIZE RFC822.TEXT UID MODSEQ''')),
    ('IMAP SEARCH keys', 37, ids('imap.key', '''ALL ANSWERED BCC BEFORE BODY CC DELETED DRAFT FLAGGED FROM HEADER KEYWORD
        LARGER NEW NOT OLD ON OR RECENT SEEN SENTBEFORE SENTON SENTSINCE SINCE SMALLER SUBJECT TEXT TO UID UNANSWERED
        UNDELETED UNDRAFT UNFLAGGED UNKEYWORD UNSEEN OLDER YOUNGER''')),
    ('IMAP STATUS items', 7, ids('imap.status', 'MESSAGES UNSEEN RECENT UIDNEXT UIDVALIDITY SIZE DELETED')),
    ('IMAP states', 4, ids('imap.state', 'not-authenticated authenticated selected logout')),
    ('IMAP grammar', 10, ids('imap.arg', 'tag uid-set sequence-set mailbox literal literal+ seq identifier batch-size batch-range')),
    ('IMAP parts of ENVELOPE', 10, ids('imap.part', '''envelope-date envelope-subject envelope-from envelope-sender
        envelope-reply-to envelope-to envelope-cc envelope-bcc envelope-in-reply-to envelope-message-id''')),
    ('IMAP parts of BODYSTRUCTURE', 12, ids('imap.part', '''body-type body-parameters body-id body-description
        body-encoding body-size body-lines body-md5 body-disposition body-language body-location section-partial''')),
    ('IMAP commands of extensions with UID', 3, ids('imap.command', 'UID-SORT UID-THREAD UID-REPLACE')),
    ('IMAP FETCH items of extensions', 7, ids('imap.item', '''EMAILID THREADID PREVIEW SAVEDATE X-GM-MSGID X-GM-THRID
        X-GM-LABELS''')),
    ('IMAP SEARCH keys of extensions', 15, ids('imap.key', '''MODSEQ EMAILID THREADID SAVEDBEFORE SAVEDON SAVEDSINCE
        SAVEDATESUPPORTED FUZZY FILTER ANNOTATION UIDAFTER UIDBEFORE X-GM-RAW X-GM-MSGID X-GM-LABELS''')),
    ('IMAP STATUS items of extensions', 4, ids('imap.status', 'HIGHESTMODSEQ DELETED-STORAGE APPENDLIMIT MAILBOXID')),
    ('IMAP options of searching and sorting', 12, ids('imap.option', '''RETURN MIN MAX COUNT ALL SAVE PARTIAL UPDATE CONTEXT ADDTO
        REMOVEFROM RELEVANCY''')),
    ('IMAP options of LIST', 11, ids('imap.option', '''SUBSCRIBED REMOTE RECURSIVEMATCH SPECIAL-USE CHILDREN STATUS MYRIGHTS
        METADATA CHILDINFO OLDNAME USE''')),
    ('IMAP modifiers', 8, ids('imap.arg', 'CHANGEDSINCE UNCHANGEDSINCE CONDSTORE QRESYNC VANISHED PARTIAL LAZY UTF8')),
    ('IMAP SORT keys', 10, ids('imap.sort', 'ARRIVAL CC DATE FROM REVERSE SIZE SUBJECT TO DISPLAYFROM DISPLAYTO')),
    ('IMAP THREAD algorithms', 2, ids('imap.thread', 'REFERENCES ORDEREDSUBJECT')),
    ('IMAP events and folders of NOTIFY', 18, ids('imap.event', '''SET NONE STATUS SELECTED SELECTED-DELAYED INBOXES PERSONAL SUBSCRIBED
        SUBTREE MAILBOXES MessageNew MessageExpunge FlagChange AnnotationChange MailboxName SubscriptionChange
        MailboxMetadataChange ServerMetadataChange''')),
    ('IMAP quota resources', 4, ids('imap.quota', 'STORAGE MESSAGE MAILBOX ANNOTATION-STORAGE')),
    ('IMAP rights', 14, ids('imap.right', 'l r s w i p k x t e a c d n')),
    ('IMAP responses of URLAUTH', 2, ids('imap.response', 'GENURLAUTH URLFETCH')),
    ('IMAP responses of no standard', 1, ids('imap.response', 'XLIST')),
    ('SMTP parameters of rare extensions', 6, ids('smtp.parameter', 'MTRK SOLICIT TRANSID SUBMITTER CONPERM CONNEG')),
    ('SASL messages of SCRAM', 4, ids('sasl.syntax', 'client-first server-first client-final server-final')),
    # As Dovecot 2.3 lists them before and after sign-in.
    ('IMAP capabilities of Dovecot', 45, ids('imap.capability', '''IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+
        STARTTLS LOGINDISABLED AUTH SORT SORT=DISPLAY THREAD MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE
        UIDPLUS LIST-EXTENDED I18NLEVEL CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY
        MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE SPECIAL-USE QUOTA METADATA NOTIFY ACL RIGHTS
        COMPRESS INPROGRESS''')),
    ('IMAP capabilities of others', 23, ids('imap.capability', '''IMAP4rev2 UTF8=ACCEPT UTF8=ONLY OBJECTID REPLACE LITERAL-
        APPENDLIMIT UNAUTHENTICATE UIDONLY MESSAGELIMIT SAVELIMIT PARTIAL UIDBATCHES MULTISEARCH CREATE-SPECIAL-USE
        LIST-MYRIGHTS LIST-METADATA QUOTASET XLIST X-GM-EXT-1 UTF8=ALL UTF8=APPEND UTF8=USER''')),
    # What Cyrus, Courier, Gmail, Exchange, Yahoo, iCloud and Thunderbird say, and no standard does.
    ('IMAP capabilities of no standard', 25, ids('imap.capability', '''IMAP4 DIGEST=SHA1 SCAN NO_ATOMIC_RENAME ACL2=UNION SORT=MODSEQ
        SORT=UID X-CREATEDMODSEQ X-QUOTA X-REPLICATION X-SIEVE-MAILBOX XMOVE XYZZY XAPPLEPUSHSERVICE XCONVERSATIONS XMAGICTRASH
        XCOURIEROUTBOX SMAP1 CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE XYMHIGHESTMODSEQ X-MSG-EXT
        XAPPLELITERAL X-APPLE-REMOTE-LINKS''')),
    ('IMAP codes of no standard', 3, ids('imap.code', 'MYRIGHTS THROTTLED WEBALERT')),
    ('IMAP keywords of mail programs', 14, ids('imap.flag', '''NonJunk $HasAttachment $HasNoAttachment $label1 $label2
        $label3 $label4 $label5 $MailFlagBit0 $MailFlagBit1 $MailFlagBit2 JunkRecorded $Redirected $NotPhishing''')),

    ('SASL mechanisms', 12, ids('sasl.mechanism', '''PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS
        SCRAM-SHA-256-PLUS OAUTHBEARER XOAUTH2 EXTERNAL ANONYMOUS GSSAPI''')),
    ('SASL mechanisms that others offer', 18, ids('sasl.mechanism', '''SCRAM-SHA-512 SCRAM-SHA-512-PLUS DIGEST-MD5 CRAM-SHA1 CRAM-SHA256
        NTLM GSS-SPNEGO OTP KERBEROS_V4 XOAUTH PLAIN-CLIENTTOKEN ATOKEN ATOKEN2 PTOKEN WSTOKEN WEBTOKEN GS2-KRB5 GS2-KRB5-PLUS''')),
    ('TLS messages', 9, ids('tls.message', '''client-hello server-hello encrypted-extensions certificate
        certificate-verify finished new-session-ticket key-update alert''')),
    ('TLS parts', 4, ids('tls.part', 'version cipher chain name')),
    ('TLS alerts', 25, ids('tls.alert', '''close_notify unexpected_message bad_record_mac record_overflow handshake_failure
        bad_certificate unsupported_certificate certificate_revoked certificate_expired certificate_unknown
        illegal_parameter unknown_ca access_denied decode_error decrypt_error protocol_version insufficient_security
        internal_error inappropriate_fallback user_canceled missing_extension unsupported_extension unrecognized_name
        certificate_required no_application_protocol''')),
    ('header fields', 17, ids('mail.field', '''From Sender Reply-To To Cc Bcc Subject Date Message-ID In-Reply-To
        References Return-Path Received DKIM-Signature MIME-Version Content-Type Content-Transfer-Encoding''')),
    ('more header fields', 11, ids('mail.field', '''Comments Keywords Resent-From Resent-To Resent-Cc Resent-Sender Resent-Date
        Resent-Message-ID Delivered-To Auto-Submitted TLS-Required''')),
    ('header fields of lists', 8, ids('mail.field', '''List-Id List-Help List-Unsubscribe List-Unsubscribe-Post List-Subscribe
        List-Post List-Owner List-Archive''')),
    ('header fields of MIME', 8, ids('mail.field', '''MIME-Version Content-Type Content-Transfer-Encoding Content-Disposition
        Content-ID Content-Description Content-Language Content-Location''')),
    ('fields of delivery reports', 14, ids('mail.field', '''Original-Envelope-Id Reporting-MTA DSN-Gateway Received-From-MTA
        Arrival-Date Original-Recipient Final-Recipient Action Status Remote-MTA Diagnostic-Code Last-Attempt-Date
        Final-Log-ID Will-Retry-Until''')),
    ('read receipts', 7, ids('mail.field', '''Disposition-Notification-To Disposition-Notification-Options Reporting-UA
        MDN-Gateway Original-Message-ID Disposition Error''')),
    ('fields of complaints', 4, ids('mail.field', 'Feedback-Type Source-IP Original-Mail-From Original-Rcpt-To')),
    ('fields that servers and programs add', 28, ids('mail.field', '''Envelope-To Delivery-Date X-Postfix-Queue-ID X-Postfix-Sender
        Errors-To X-Loop X-BeenThere X-Mailman-Version Mailing-List Priority Sensitivity X-MSMail-Priority X-MimeOLE
        Accept-Language Content-MD5 X-Virus-Scanned X-Spam-Level X-Spam-Checker-Version X-Forefront-Antispam-Report
        X-Microsoft-Antispam X-MS-Has-Attach X-Gm-Message-State X-Google-Smtp-Source X-UIDL X-Mozilla-Status X-Report-Abuse
        BIMI-Selector Resent-Bcc''')),
    ('proofs of origin', 9, ids('mail.field', '''DKIM-Signature Authentication-Results Received-SPF ARC-Seal
        ARC-Message-Signature ARC-Authentication-Results''') + ids('mail.part', 'SPF DKIM DMARC')),
    ('transfer encodings', 5, ids('mail.encoding', '7bit 8bit binary quoted-printable base64')),
    ('types', 27, ids('mail.type', '''text/plain text/html text/calendar text/rfc822-headers multipart/mixed
        multipart/alternative multipart/related multipart/signed multipart/encrypted multipart/report multipart/digest
        message/rfc822 message/delivery-status message/disposition-notification message/feedback-report
        application/octet-stream application/pdf application/pgp-signature application/pgp-encrypted
        application/pkcs7-signature application/pkcs7-mime image/jpeg image/png image/gif message/global message/partial
        message/external-body''')),
    ('SMTP refusals that differ by command', 14, ids('smtp.reply', '''450-RCPT 451-RCPT 452-MAIL 452-RCPT 501-MAIL 501-RCPT
        503-MAIL 503-RCPT 503-DATA 530-MAIL 550-MAIL 550-RCPT 550-DATA 553-MAIL''')),
    ('POP3 refusals that differ by command', 13, ids('pop3.reply', '''err-USER err-PASS err-APOP err-AUTH err-STAT err-LIST
        err-RETR err-DELE err-TOP err-UIDL err-CAPA err-STLS err-UTF8''')),
    ('EHLO keywords of servers', 15, ids('smtp.keyword', '''XCLIENT XFORWARD XVERP XEXDATA XSECURITY PRDR PIPECONNECT AUTH-LOGIN
        X-ANONYMOUSTLS X-EXPS XEXCH50 XRDST XSHADOW XSHADOWREQUEST X-LINK2STATE''')),
    ('enhanced codes where one class deserves its own words', 11, ids('smtp.enhanced', '''4-2-0 4-2-1 4-7-1 4-7-500
        5-1-8 5-1-10 5-4-1 5-4-5 5-5-0 5-7-3 5-7-12''')),
    ('enhanced codes of Exchange', 39, ids('smtp.enhanced', '''
        x-0-350 x-1-20 x-1-90 x-2-121 x-2-122 x-4-14 x-4-300 x-4-316 x-6-11 x-7-57 x-7-60 x-7-64 x-7-124
        x-7-133 x-7-134 x-7-136 x-7-139 x-7-321 x-7-322 x-7-323 x-7-324 x-7-325 x-7-501 x-7-502 x-7-503
        x-7-506 x-7-509 x-7-511 x-7-512 x-7-513 x-7-515 x-7-520 x-7-606 x-7-650 x-7-703 x-7-705 x-7-708
        x-7-750 x-7-800''')),
    ('POP3 words of no standard', 5, ids('pop3.capability', 'X-GOOGLE-RICO X-GOOGLE-VERHOEVEN XTND XOIP') + ['pop3.command.last']),
    ('POP3 answers by what came before', 2, ids('pop3.reply', 'quit-early auth-list')),
    # RFC 5259, 5257, 4469, and what stands in the brackets of their codes.
    ('IMAP words of converting', 14, ids('imap.command', 'CONVERT UID-CONVERT CONVERSIONS')
        + ids('imap.response', 'CONVERSION CONVERTED') + ids('imap.item', 'BODYPARTSTRUCTURE AVAILABLECONVERSIONS')
        + ids('imap.code', 'TEMPFAIL MAXCONVERTMESSAGES MAXCONVERTPARTS BADPARAMETERS MISSINGPARAMETERS')
        + ids('imap.arg', 'media-type conversion-error')),
    ('IMAP notes on messages', 9, ['imap.item.annotation', 'imap.sort.annotation', 'imap.key.annotation', 'imap.option.annotate']
        + ids('imap.arg', 'annotation-entry annotation-attribute annotation-value annotation-limit')
        + ['imap.capability.annotate-experiment-1']),
    ('IMAP letters put together', 3, ids('imap.arg', 'CATENATE CATENATE-URL CATENATE-TEXT')),
    ('SASL mechanisms that are registered and rare', 7, ids('sasl.mechanism', '''SKEY SECURID OAUTH10A SAML20 OPENID20 EAP-AES128
        EAP-AES128-PLUS''')),
    ('EHLO keywords of iCloud and of Exchange inside', 12, ids('smtp.keyword', '''XADR XSTA XCIR XGEN XLOOP XPROXY XPROXYFROM XPROXYTO
        XSESSIONPARAMS X-MESSAGECONTEXT XSYSPROBE XORIGFROM''')),
    ('SMTP commands that are registered and rare', 3, ids('smtp.command', 'LHLO VERB ONEX')),
    ('SMTP numbers that servers use in a way of their own', 4, ['smtp.reply.454-rcpt', 'smtp.enhanced.5-4-6',
        'smtp.enhanced.x-2-252', 'smtp.enhanced.x-4-397']),
    ('classes for what no standard names', 15, ids('pop3.class', 'unknown-command unknown-reply unknown-code unknown-capability')
        + ids('smtp.class', 'unknown-command unknown-reply unknown-keyword unknown-parameter')
        + ids('imap.class', 'unknown-command unknown-response unknown-code unknown-capability unknown-flag unknown-item')
        + ['sasl.class.unknown-mechanism']),
    ('more classes', 3, ['tls.class.unknown-alert', 'tls.class.unknown-message', 'mail.class.unknown-field']),
]

# Where sections end, in the RFCs that are cited most: RFC, section, its last subsection ('' for the whole RFC).
LAST_SECTIONS = {
    '1870': {'': 12, '6': 4},
    '1939': {'': 15},
    '2087': {'': 9, '3': 1, '4': 3, '5': 2},
    '2449': {'': 15, '6': 9, '8': 1, '8.1': 2},
    '3206': {'': 10},
    '3207': {'': 8, '4': 3},
    '3461': {'': 12, '4': 5},
    '3463': {'': 7, '3': 8},
    '3501': {'': 12, '2': 4, '2.2': 2, '2.3': 6, '2.3.1': 2, '3': 4, '4': 5, '4.3': 1, '5': 5, '5.1': 3, '6': 5, '6.1': 3,
             '6.2': 3, '6.3': 11, '6.4': 8, '7': 5, '7.1': 5, '7.2': 6, '7.3': 2, '7.4': 2},
    '4314': {'': 12, '2': 2, '2.1': 1, '3': 8, '5': 2},
    '4954': {'': 12, '4': 3},
    '5034': {'': 11},
    '5246': {'': 12, '7': 4, '7.2': 2, '7.4': 9, '7.4.1': 4},
    '5256': {'': 9, '2': 2},
    '5258': {'': 13, '3': 5},
    '5267': {'': 9, '3': 3, '4': 5, '4.3': 5},
    '5321': {'': 10, '2': 4, '2.2': 3, '2.3': 11, '3': 9, '3.5': 4, '4': 5, '4.1': 4, '4.1.1': 11, '4.2': 5, '4.5': 5,
             '4.5.3': 2, '4.5.3.1': 10, '4.5.3.2': 7, '4.5.4': 2, '6': 4},
    '5322': {'': 7, '2': 3, '2.1': 1, '3': 6, '3.6': 8},
    '5464': {'': 11, '4': 4, '4.2': 2},
    '6856': {'': 9, '2': 2, '3': 3},
    '7162': {'': 10, '3': 3, '3.1': 12, '3.1.2': 2, '3.1.4': 3, '3.2': 12, '3.2.10': 2},
    '7372': {'': 7, '3': 4},
    '7888': {'': 11},
    '8446': {'': 12, '2': 3, '4': 6, '4.1': 4, '4.2': 11, '4.3': 2, '4.4': 4, '4.6': 3, '5': 5, '6': 2},
    '8474': {'': 11, '4': 3, '5': 3},
    '9051': {'': 13, '2': 4, '2.2': 2, '2.3': 6, '2.3.1': 2, '3': 4, '4': 5, '4.1': 1, '4.3': 1, '5': 5, '5.1': 2, '6': 5,
             '6.1': 3, '6.2': 3, '6.3': 13, '6.3.9': 8, '6.4': 9, '6.4.4': 4, '6.4.5': 1, '7': 6, '7.1': 5, '7.2': 2,
             '7.3': 5, '7.4': 1, '7.5': 2},
    '9208': {'': 9, '4': 3, '4.1': 4, '4.2': 2, '4.3': 1, '5': 4},
    '9738': {'': 8, '3': 4},
}


def sections_wrong(rfc):
    """Citations of sections that their RFC does not have."""
    wrong = []
    for citation in rfc.split('; '):
        rfc_number, _, sections = citation.partition(' ')
        if rfc_number not in LAST_SECTIONS or 'appendix' in sections:
            continue
        for section in sections.split(', ') if sections else []:
            numbers = section.split('.')
            for depth, number in enumerate(numbers):
                if not number.isdigit():
                    break
                if int(number) > LAST_SECTIONS[rfc_number].get('.'.join(numbers[:depth]), 0):
                    wrong.append('RFC %s has no section %s' % (rfc_number, section))
                    break
    return wrong


number = 0
failed = 0


def check(name, complaints):
    """One TAP line; complaints is a list of what is wrong."""
    global number, failed
    number += 1
    if complaints:
        failed += 1
        print('not ok %d - %s' % (number, name))
        for complaint in complaints[:40]:
            print('#   ' + complaint)
        if len(complaints) > 40:
            print('#   and %d more' % (len(complaints) - 40))
    else:
        print('ok %d - %s' % (number, name))


def parse(path):
    """A GKeyFile, strictly: no duplicate group or key, raw values."""
    parser = configparser.RawConfigParser(delimiters=('=',), comment_prefixes=('#',), inline_comment_prefixes=None,
                                          strict=True, empty_lines_in_values=False, default_section='\0')
    parser.optionxform = str
    with open(path, encoding='utf-8') as file:
        parser.read_file(file)
    return {group: dict(parser.items(group)) for group in parser.sections()}


def lines_wrong(path):
    """Lines that GKeyFile would not take, or would read otherwise."""
    wrong = []
    with open(path, encoding='utf-8') as file:
        for count, line in enumerate(file, 1):
            line = line.rstrip('\n')
            if line and not re.fullmatch(r'#.*|\[[a-z0-9.-]+\]|[a-z-]+=\S.*\S|[a-z-]+=\S', line):
                wrong.append('%s:%d: %s' % (os.path.basename(path), count, line[:60]))
            if re.search(r'(?<!\\)(\\\\)*\\(?![\\])', line.replace('\\\\', '')):
                wrong.append('%s:%d: lone backslash' % (os.path.basename(path), count))
    return wrong


def typography(text):
    """What French typography asks for: narrow no-break space before ; ! ?, no-break space before : and inside « »."""
    text = re.sub(r'=\?utf-8\?q\?…\?=', '', text)
    wrong = []
    if re.search(r"\w'\w", text):
        wrong.append("straight apostrophe")
    if re.search(r'[^\u202f][;!?](\s|$)', text):
        wrong.append('no U+202F before ; ! or ?')
    for match in re.finditer(r'(\S*):(\s|$)', text):
        # A header's name (To:) and cid: keep their colon.
        if not match.group(1).endswith('\u00a0') and not re.search(r'\u00a0$', text[:match.end(1)]):
            if not re.fullmatch(r'(.*[^\w-])?([A-Z][A-Za-z-]*|cid)', match.group(1)):
                wrong.append('no U+00A0 before :')
    if re.search(r'«(?!\u00a0)|(?<!\u00a0)»', text):
        wrong.append('no U+00A0 inside « »')
    if '...' in text or '  ' in text or ' ,' in text:
        wrong.append('spacing')
    return wrong


files = {}
for protocol in PROTOCOLS:
    for language in LANGUAGES:
        path = os.path.join(DIRECTORY, '%s.%s.ini' % (protocol, language))
        try:
            files[protocol, language] = parse(path)
            check('%s.%s.ini parses' % (protocol, language), lines_wrong(path))
        except (OSError, UnicodeError, configparser.Error) as error:
            files[protocol, language] = {}
            check('%s.%s.ini parses' % (protocol, language), str(error).split('\n'))
rfcs = parse(os.path.join(DIRECTORY, 'rfc.ini'))
check('rfc.ini parses', lines_wrong(os.path.join(DIRECTORY, 'rfc.ini')))

everything = {}
for protocol in PROTOCOLS:
    english, french = files[protocol, 'en'], files[protocol, 'fr']
    everything.update(english)
    check('%s: both languages have the same entries, in the same order' % protocol,
          sorted(set(english) ^ set(french)) or (['order'] if list(english) != list(french) else []))
    check('%s: kind, rfc and see are the same in both languages' % protocol,
          ['%s: %s' % (entry, key) for entry in english if entry in french for key in ('kind', 'rfc', 'see')
           if english[entry].get(key) != french[entry].get(key)])
    check('%s: both languages have the same texts' % protocol,
          [entry for entry in english if entry in french
           if set(english[entry]) != set(french[entry])])
    check('%s: the French is French' % protocol,
          ['%s: %s' % (entry, key) for entry in english if entry in french for key in PROSE + ('source',)
           if key in english[entry] and english[entry][key] == french[entry].get(key)])
    check('%s: French typography' % protocol,
          ['%s: %s: %s' % (entry, key, wrong) for entry in french for key in PROSE for wrong in
           typography(french[entry].get(key, ''))])
    check('%s: English typography' % protocol,
          ['%s: %s' % (entry, key) for entry in english for key in PROSE
           if re.search(r"\w'\w|\u00a0|\u202f|  |\.\.\.", english[entry].get(key, ''))])
    if protocol in PARAGRAPHS:
        check('%s: the second depth is more than a phrase' % protocol,
              ['%s: %s' % (entry, keys['meaning']) for entry, keys in english.items()
               if len(re.findall(r"[\w’'-]+", keys.get('meaning', ''))) < SHORTEST_PARAGRAPH])
    for language in LANGUAGES:
        entries = files[protocol, language]
        check('%s.%s: ids belong to this file' % (protocol, language),
              [entry for entry in entries if not re.fullmatch(protocol + r'\.[a-z]+\.[a-z0-9-]+', entry)])
        check('%s.%s: nothing required is missing, nothing else is there' % (protocol, language),
              ['%s: %s' % (entry, key) for entry, keys in entries.items() for key in REQUIRED if not keys.get(key)]
              + ['%s: %s' % (entry, key) for entry, keys in entries.items() for key in keys if key not in KEYS]
              + ['%s: kind %s' % (entry, keys.get('kind')) for entry, keys in entries.items()
                 if keys.get('kind') not in KINDS]
              + ['%s: neither rfc nor source' % entry for entry, keys in entries.items()
                 if not keys.get('rfc') and not keys.get('source')])
        factor = 1.25 if language == 'fr' else 1
        check('%s.%s: short enough to be read in passing' % (protocol, language),
              ['%s: %s has %d words' % (entry, key, len(re.findall(r"[\w’'-]+", keys.get(key, ''))))
               for entry, keys in entries.items() for key in PROSE
               if len(re.findall(r"[\w’'-]+", keys.get(key, ''))) > LONGEST[key] * factor])
        check('%s.%s: every text is a sentence' % (protocol, language),
              ['%s: %s' % (entry, key) for entry, keys in entries.items() for key in PROSE
               if key in keys and not re.search(r'[.?!…)]$', keys[key])])

check('see: each target exists, and is another entry',
      ['%s: %s' % (entry, target) for entry, keys in everything.items() for target in keys.get('see', '').split(';')
       if target and (target not in everything or target == entry)])
check('rfc: written as numbers and sections',
      ['%s: %s' % (entry, keys['rfc']) for entry, keys in everything.items() if 'rfc' in keys
       if not re.fullmatch(r'\d+( (appendix )?[A-Z0-9][0-9A-Z.]*(, [A-Z0-9][0-9A-Z.]*)*)?'
                           r'(; \d+( (appendix )?[A-Z0-9][0-9A-Z.]*(, [A-Z0-9][0-9A-Z.]*)*)?)*', keys['rfc'])])
check('rfc: the sections exist, in the RFCs whose ends are known here',
      ['%s: %s' % (entry, wrong) for entry, keys in everything.items() for wrong in sections_wrong(keys.get('rfc', ''))])
check('rfc: each number has its title in rfc.ini',
      sorted({'%s: RFC %s' % (entry, citation.split()[0]) for entry, keys in everything.items() if 'rfc' in keys
              for citation in keys['rfc'].split('; ') if citation.split()[0] not in rfcs}))
cited = {citation.split()[0] for keys in everything.values() if 'rfc' in keys for citation in keys['rfc'].split('; ')}
check('rfc.ini: every group has a title, successors are listed and point back',
      [group for group, keys in rfcs.items() if not keys.get('title') or not group.isdigit()]
      + ['%s: %s' % (group, keys['obsoleted-by']) for group, keys in rfcs.items() if 'obsoleted-by' in keys
         and rfcs.get(keys['obsoleted-by'], {}).get('obsoletes') != group])
check('rfc.ini: every number is cited, or succeeded by one that is',
      [group for group, keys in rfcs.items() if group not in cited and 'obsoleted-by' not in keys])

for title, count, wanted in LISTS:
    check('%s: all %d explained' % (title, count),
          [entry for entry in wanted if entry not in everything]
          + (['the list has %d' % len(set(wanted))] if len(set(wanted)) != count else []))

# Codes that tell of no failure, and alerts that end a line politely.
NO_FAILURE = set(ids('imap.code', '''CAPABILITY PERMANENTFLAGS READ-ONLY READ-WRITE UIDNEXT UIDVALIDITY APPENDUID COPYUID CLOSED
    UNSEEN HIGHESTMODSEQ NOMODSEQ MAILBOXID INPROGRESS URLMECH ANNOTATIONS MYRIGHTS''') + ids('smtp.enhanced', 'x-1-5 x-1-9 x-3-6')
    + ids('tls.alert', 'close-notify user-canceled no-renegotiation'))


def tells_failure(entry):
    protocol, kind, name = entry.split('.')
    return entry not in NO_FAILURE and (
        kind in ('code', 'alert', 'enhanced') or (kind, protocol, name[0]) in (('reply', 'smtp', '4'), ('reply', 'smtp', '5'))
        or (kind == 'reply' and name.startswith('err-'))
        or (kind == 'response' and re.match(r'(no|bad)(-|$)', name) is not None))


check('a failure says whose job it is, and the next step',
      [entry for entry, keys in everything.items() if tells_failure(entry) and 'advice' not in keys])

# Words that would teach something false, or that mean something else in this program.
check('250 after the letter claims responsibility, not delivery',
      [entry for entry in ('smtp.reply.250-data', 'smtp.reply.250')
       if not re.search(r'responsib|has taken it', everything.get(entry, {}).get('meaning', ''))])
check('POP3 collects, it does not synchronise',
      [entry for language in LANGUAGES for entry, keys in files['pop3', language].items() for key in PROSE
       if re.search(r'synchron', keys.get(key, ''), re.I)])
check('never: grand livre, fictif, fake, fil',
      ['%s: %s' % (entry, key) for language in LANGUAGES for protocol in PROTOCOLS
       for entry, keys in files[protocol, language].items() for key in PROSE
       if re.search(r'\bgrand livre\b|\bfictif|\bfil\b', keys.get(key, '')) and language == 'fr']
      + ['%s: %s' % (entry, key) for entry, keys in everything.items() for key in PROSE
         if re.search(r'\bwire\b|\bledger\b', keys.get(key, ''))])

print('1..%d' % number)
sys.exit(1 if failed else 0)
