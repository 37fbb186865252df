/* The letters themselves. Newest first within each folder. */
#include "config.h"

#include "practice-letters.h"

#include "imap-flags.h"

#define HOUR 60
#define DAY (24 * HOUR)
#define FROM_ADA .from = "Ada Lovelace", .from_address = "ada@practice.example"
#define TO_ADA .to = "Ada Lovelace", .to_address = "ada@practice.example"
#define FROM_GRACE .from = "Grace Hopper", .from_address = "grace@b.example"
#define TO_GRACE .to = "Grace Hopper", .to_address = "grace@b.example"
#define FROM_EDSGER .from = "Edsger Dijkstra", .from_address = "edsger@b.example"
#define TO_EDSGER .to = "Edsger Dijkstra", .to_address = "edsger@b.example"
#define FROM_EMMY .from = "Emmy Noether", .from_address = "emmy@practice.example"
#define TO_EMMY .to = "Emmy Noether", .to_address = "emmy@practice.example"
#define FROM_OFFICE .from = "Poste restante", .from_address = "postmaster@practice.example"
#define TO_LIST .to = "Ferry users", .to_address = "ferry@lists.example"

static const PracticeLetter letters[] = {
  { .folder = "INBOX",
    .minutes = 3,
    FROM_OFFICE,
    TO_ADA,
    .id = "welcome",
    .subject = { "Welcome", "Bienvenue" },
    .text = { "Dear Ada,\n\n"
              "welcome to the practice post office. It is real: three servers on this computer, "
              "which speak "
              "SMTP, POP3 and IMAP as any provider's do. Only one thing is different: nothing "
              "leaves this "
              "computer, so nothing you do here can go wrong for anybody.\n\n"
              "Your first task: answer Grace's letter about lunch. Watch the Protocol panel while "
              "you press "
              "Send. Then wait a moment: Grace really answers.\n\n"
              "Your second task is a question. This letter lies in one mailbox, which you can "
              "reach by POP3 "
              "and by IMAP. If you delete it by one of them, what will the other one show? Guess "
              "first, then "
              "try.\n\n"
              "The postmaster\n",
              "Chère Ada,\n\n"
              "bienvenue au bureau de poste d'entraînement. Il est bien réel : trois serveurs sur "
              "cet "
              "ordinateur, qui parlent SMTP, POP3 et IMAP comme ceux de n'importe quel "
              "fournisseur. Une seule "
              "chose change : rien ne quitte cet ordinateur, et rien de ce que vous faites ici ne "
              "peut nuire à "
              "personne.\n\n"
              "Première tâche : répondez à la lettre de Grace au sujet du déjeuner. Regardez le "
              "panneau "
              "Protocole quand vous cliquez sur Envoyer. Puis patientez un instant : Grace répond "
              "vraiment.\n\n"
              "La seconde tâche est une question. Cette lettre se trouve dans une seule boîte, que "
              "l'on peut "
              "ouvrir par POP3 et par IMAP. Si vous la supprimez par l'un, que montrera l'autre ? "
              "Devinez "
              "d'abord, essayez ensuite.\n\n"
              "Le receveur des postes\n" } },
  { .folder = "INBOX",
    .minutes = 41,
    FROM_GRACE,
    TO_ADA,
    .id = "lunch",
    .attachment = PRACTICE_ATTACH_MAP,
    .subject = { "lunch?", "on déjeune ?" },
    .text = { "Ada,\n\n"
              "I am in town on Friday. Shall we have lunch, at noon or at one? The café by the "
              "post office is "
              "quiet then. I enclose a map; the cross is the café, and the blue part is the "
              "harbour.\n\n"
              "And tell me whether your engine can weave yet.\n\nGrace\n",
              "Ada,\n\n"
              "je suis en ville vendredi. On déjeune ensemble, à midi ou à une heure ? Le café "
              "près de la poste "
              "est tranquille à ce moment-là. Je joins un plan : la croix, c'est le café, et le "
              "bleu, le "
              "port.\n\n"
              "Et dites-moi si votre machine sait enfin tisser.\n\nGrace\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 20 * HOUR,
    FROM_EDSGER,
    TO_ADA,
    .id = "proof-2",
    .in_reply_to = "proof-ada",
    .attachment = PRACTICE_ATTACH_PROOF,
    .subject = { "Re: proof", "Re: la preuve" },
    .text = { "Dear Ada,\n\n"
              "you are right about the third step. Here is the whole again, one page shorter; what "
              "was "
              "left out was not needed.\n\n"
              "> Does it not follow at once from the second?\n\n"
              "It does.\n\nEdsger\n",
              "Chère Ada,\n\n"
              "vous avez raison pour la troisième étape. Revoici le tout, plus court d'une page ; "
              "ce qui "
              "manque n'était pas nécessaire.\n\n"
              "> N'est-ce pas une conséquence immédiate de la deuxième ?\n\n"
              "Si.\n\nEdsger\n" } },
  { .folder = "INBOX",
    .minutes = 26 * HOUR,
    .from = "The Stamp Weekly",
    .from_french = "L'Hebdo du timbre",
    .from_address = "news@stamps.example",
    TO_ADA,
    .id = "stamps-47",
    .html = TRUE,
    .subject = { "Blue is back: this week in stamps", "Le bleu revient : la semaine du timbre" },
    .text = { "Blue is back\n\n"
              "After four years of red, the new definitive series returns to a deep harbour blue. "
              "Collectors queued from six in the morning.\n\n"
              "Also this week: how to soak without tears, and a letter that took forty years.\n",
              "Le bleu revient\n\n"
              "Après quatre ans de rouge, la nouvelle série courante retrouve un bleu profond. Les "
              "collectionneurs faisaient la queue dès six heures.\n\n"
              "Aussi cette semaine : décoller sans déchirer, et une lettre qui a mis quarante "
              "ans.\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_FLAGGED,
    .minutes = 2 * DAY,
    .from = "Sophie Germain",
    .from_address = "sophie@b.example",
    TO_ADA,
    .id = "saint-malo",
    .subject = { "Une carte postale de Saint-Malo", "Une carte postale de Saint-Malo" },
    .text = { "Chère Ada,\n\n"
              "la mer était si forte hier que le facteur n'a pas pu traverser : votre lettre est "
              "restée une nuit "
              "à la poste restante, bien au sec. J'ai repensé à vos nombres premiers en comptant "
              "les vagues. "
              "Peut-être qu'à Noël nous aurons le temps d'en parler ?\n\n"
              "Je vous embrasse,\nSophie\n\nP.-S. Ça, là, c'était « à l'œuvre » : tous mes accents "
              "sont arrivés ?\n",
              "Chère Ada,\n\n"
              "la mer était si forte hier que le facteur n'a pas pu traverser : votre lettre est "
              "restée une nuit "
              "à la poste restante, bien au sec. J'ai repensé à vos nombres premiers en comptant "
              "les vagues. "
              "Peut-être qu'à Noël nous aurons le temps d'en parler ?\n\n"
              "Je vous embrasse,\nSophie\n\nP.-S. Ça, là, c'était « à l'œuvre » : tous mes accents "
              "sont "
              "arrivés ?\n" } },
  { .folder = "INBOX",
    .minutes = 3 * DAY,
    .from = "Claude Chappe",
    .from_address = "claude@towers.example",
    TO_LIST,
    .id = "ferry-3",
    .in_reply_to = "ferry-2",
    .list = "ferry.lists.example",
    .subject = { "Re: [ferry] winter timetable", "Re: [bac] horaires d'hiver" },
    .text = { "Hedy wrote:\n> The last boat is now at ten past six.\n\n"
              "So it is in the harbour office too; I went and looked. The board on the pier is "
              "last "
              "year's.\n\nClaude\n",
              "Hedy a écrit :\n> Le dernier bac part maintenant à six heures dix.\n\n"
              "C'est aussi ce qui est affiché à la capitainerie ; j'y suis allé. Le panneau du "
              "quai date "
              "de l'an dernier.\n\nClaude\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 3 * DAY + 2 * HOUR,
    .from = "Hedy Lamarr",
    .from_address = "hedy@towers.example",
    TO_LIST,
    .id = "ferry-2",
    .in_reply_to = "ferry-1",
    .list = "ferry.lists.example",
    .subject = { "Re: [ferry] winter timetable", "Re: [bac] horaires d'hiver" },
    .text = { "Radia wrote:\n> Does anybody have the new timetable?\n\n"
              "The last boat is now at ten past six.\n\nHedy\n",
              "Radia a écrit :\n> Quelqu'un a-t-il les nouveaux horaires ?\n\n"
              "Le dernier bac part maintenant à six heures dix.\n\nHedy\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 3 * DAY + 5 * HOUR,
    .from = "Radia Perlman",
    .from_address = "radia@towers.example",
    TO_LIST,
    .id = "ferry-1",
    .list = "ferry.lists.example",
    .subject = { "[ferry] winter timetable", "[bac] horaires d'hiver" },
    .text = { "Does anybody have the new timetable? The one on the pier cannot be right: it has "
              "two boats "
              "leaving at once, and there is only one boat.\n\nRadia\n",
              "Quelqu'un a-t-il les nouveaux horaires ? Ceux du quai ne peuvent pas être bons : "
              "deux bacs "
              "y partent en même temps, et il n'y en a qu'un.\n\nRadia\n" } },
  { .folder = "INBOX",
    .minutes = 4 * DAY,
    FROM_EMMY,
    TO_ADA,
    .id = "seminar",
    .attachment = PRACTICE_ATTACH_CALENDAR,
    .subject = { "Seminar on Thursday", "Séminaire de jeudi" },
    .text = { "Dear Ada,\n\nwill you come to the seminar? It is about symmetry, and there will be "
              "cake; "
              "the two are related. The invitation is attached.\n\nEmmy\n",
              "Chère Ada,\n\nviendrez-vous au séminaire ? On y parlera de symétrie, et il y aura "
              "du "
              "gâteau ; les deux sont liés. L'invitation est jointe.\n\nEmmy\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN | IMAP_FLAG_ANSWERED,
    .minutes = 5 * DAY,
    FROM_EDSGER,
    TO_ADA,
    .id = "proof-1",
    .subject = { "A proof", "Une preuve" },
    .text = { "Dear Ada,\n\nI have written down a proof that the harbour's seven bridges need a "
              "ferry. It "
              "takes four steps. Would you read the third one with suspicion?\n\nEdsger\n",
              "Chère Ada,\n\nj'ai rédigé une preuve que les sept ponts du port rendent un bac "
              "nécessaire. "
              "Elle tient en quatre étapes. Voudriez-vous lire la troisième d'un œil méfiant ?\n\n"
              "Edsger\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 8 * DAY,
    .from = "City Library",
    .from_french = "Bibliothèque municipale",
    .from_address = "loans@library.example",
    TO_ADA,
    .id = "loans-1815",
    .subject = { "Two books are due on Tuesday", "Deux livres à rendre mardi" },
    .text = { "Dear reader,\n\nplease bring back, or renew:\n\n"
              "  - On the Economy of Machinery\n  - A Field Guide to Harbour Birds\n\n"
              "The library closes at five.\n",
              "Chère lectrice,\n\nmerci de rapporter ou de prolonger :\n\n"
              "  - De l'économie des machines\n  - Guide des oiseaux du port\n\n"
              "La bibliothèque ferme à cinq heures.\n" } },
  { .folder = "INBOX",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 12 * DAY,
    FROM_GRACE,
    TO_ADA,
    .id = "moth",
    .subject = { "A moth", "Un papillon" },
    .text = { "Ada,\n\nwe found a moth in the relay. I have taped it into the log book; it seemed "
              "the "
              "honest thing to do.\n\nGrace\n",
              "Ada,\n\nnous avons trouvé un papillon de nuit dans le relais. Je l'ai collé dans le "
              "journal : c'était la chose honnête à faire.\n\nGrace\n" } },
  { .folder = "Sent",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 22 * HOUR,
    FROM_ADA,
    TO_EDSGER,
    .id = "proof-ada",
    .in_reply_to = "proof-1",
    .subject = { "Re: A proof", "Re: Une preuve" },
    .text = { "Dear Edsger,\n\nabout the third step: does it not follow at once from the "
              "second?\n\nAda\n",
              "Cher Edsger,\n\nà propos de la troisième étape : n'est-ce pas une conséquence "
              "immédiate de "
              "la deuxième ?\n\nAda\n" } },
  { .folder = "Sent",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 11 * DAY,
    FROM_ADA,
    TO_GRACE,
    .id = "moth-ada",
    .in_reply_to = "moth",
    .subject = { "Re: A moth", "Re: Un papillon" },
    .text = { "Dear Grace,\n\nkeep it. One day somebody will call them something.\n\nAda\n",
              "Chère Grace,\n\ngardez-le. Un jour, quelqu'un leur donnera un nom.\n\nAda\n" } },
  { .folder = "Drafts",
    .flags = IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT,
    .minutes = 2 * DAY,
    FROM_ADA,
    TO_EMMY,
    .id = "draft-seminar",
    .in_reply_to = "seminar",
    .subject = { "Re: Seminar on Thursday", "Re: Séminaire de jeudi" },
    .text = { "Dear Emmy,\n\ngladly. What kind of cake\n",
              "Chère Emmy,\n\navec plaisir. Quel gâteau\n" } },
  { .folder = "Archive",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 40 * DAY,
    FROM_GRACE,
    TO_ADA,
    .id = "nanosecond",
    .subject = { "A nanosecond", "Une nanoseconde" },
    .text = { "Ada,\n\na nanosecond is thirty centimetres long. I am sending you one by the other "
              "post.\n\n"
              "Grace\n",
              "Ada,\n\nune nanoseconde mesure trente centimètres. Je vous en envoie une par "
              "l'autre "
              "courrier.\n\nGrace\n" } },
  { .folder = "Archive",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 61 * DAY,
    .from = "Charles Babbage",
    .from_address = "charles@engines.example",
    TO_ADA,
    .id = "cards",
    .subject = { "The cards have come", "Les cartes sont arrivées" },
    .text = { "My dear Ada,\n\nthe cards have come, nine hundred of them, and all are upside down. "
              "We have "
              "turned the engine over.\n\nC. B.\n",
              "Ma chère Ada,\n\nles cartes sont arrivées, neuf cents en tout, et toutes à "
              "l'envers. Nous "
              "avons retourné la machine.\n\nC. B.\n" } },
  { .folder = "Junk",
    .minutes = 6 * DAY,
    .from = "Prize Office",
    .from_french = "Bureau des lots",
    .from_address = "win@lottery.example",
    TO_ADA,
    .id = "prize",
    .subject = { "You have won a bridge", "Vous avez gagné un pont" },
    .text = { "Congratulations! One of seven bridges is yours. To collect it, reply with your "
              "password.\n",
              "Félicitations ! L'un des sept ponts est à vous. Pour le retirer, répondez avec "
              "votre mot de "
              "passe.\n" } },
  { .folder = "Trash",
    .flags = IMAP_FLAG_SEEN,
    .minutes = 9 * DAY,
    .from = "City Library",
    .from_french = "Bibliothèque municipale",
    .from_address = "loans@library.example",
    TO_ADA,
    .id = "loans-1814",
    .subject = { "One book is due tomorrow", "Un livre à rendre demain" },
    .text = { "Dear reader,\n\nplease bring back, or renew:\n\n  - Tables of Logarithms\n",
              "Chère lectrice,\n\nmerci de rapporter ou de prolonger :\n\n  - Tables de "
              "logarithmes\n" } },
};

const PracticeLetter *
practice_letters (guint *n_letters)
{
  *n_letters = G_N_ELEMENTS (letters);
  return letters;
}
