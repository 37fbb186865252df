/* Whether a UIDL still names the letter that is known by it. RFC 1939 §7 promises it; servers that
 * rebuild a mailbox begin to count anew, and give a name to another letter, of the same weight
 * perhaps. The headers tell (TOP n 0), all questions on the way at once; a server without TOP gives
 * the letter once more. */
#include "config.h"

#include "engine-pop3-private.h"

#include <string.h>

#include "engine-letter.h"
#include "engine-wait.h"

#define ON_THE_WAY 64
#define SAMPLE 8
/* More than a header is. */
#define HEADER_MAX (256 * 1024)

typedef struct
{
  EnginePop3Listed *listed;
  const StoreKept *kept;
  GByteArray *bytes;
  guint64 exchange;
} Question;

static void
question_clear (gpointer data)
{
  Question *question = data;

  g_clear_pointer (&question->bytes, g_byte_array_unref);
}

/* Questions are answered in their order: what comes is the first one's. */
static gboolean
gather (BaseEvent *base, gpointer data, GError **error)
{
  GArray *questions = data;
  gsize len;
  const guint8 *bytes;

  if (base->type != POP3_EVENT_BODY_DATA)
    return TRUE;
  bytes = g_bytes_get_data (((Pop3Event *) base)->data, &len);
  for (guint i = 0; i < questions->len; i++)
    {
      Question *question = &g_array_index (questions, Question, i);

      if (question->exchange == base->exchange && question->bytes->len + len <= HEADER_MAX)
        g_byte_array_append (question->bytes, bytes, (guint) len);
    }
  return TRUE;
}

static gboolean
is_known_letter (EnginePop3 *pop3, const Question *question, gboolean *same, GError **error)
{
  g_autoptr (EngineLetter) letter =
      engine_letter_from_headers ((const char *) question->bytes->data, question->bytes->len);
  g_autoptr (StoreIdentity) known = NULL;

  if (!store_reader_identity (pop3->reader, question->kept->message, &known, error))
    return FALSE;
  *same = known && store_identity_is (known, &letter->record);
  return TRUE;
}

static gboolean
take_answers (EnginePop3 *pop3, GArray *questions, GError **error)
{
  for (guint i = 0; i < questions->len; i++)
    {
      Question *question = &g_array_index (questions, Question, i);
      g_autoptr (BaseEvent) event =
          engine_wait (pop3->session, question->exchange, gather, questions, error);
      gboolean same = FALSE;

      if (!event)
        return FALSE;
      /* Refused, the whole letter tells. */
      question->listed->doubted = event->outcome != BASE_OUTCOME_OK;
      if (question->listed->doubted)
        continue;
      if (!is_known_letter (pop3, question, &same, error))
        return FALSE;
      question->listed->checked = same;
      question->listed->doubted = !same;
      if (!same)
        g_atomic_int_set (&pop3->changed, 1);
    }
  g_array_set_size (questions, 0);
  return TRUE;
}

/* Without TOP the whole letter is compared, as one whose weight changed. */
static gboolean
ask (EnginePop3 *pop3, GArray *questions, EnginePop3Listed *listed, GError **error)
{
  const StoreKept *kept = g_hash_table_lookup (pop3->known, listed->uidl);
  g_autoptr (Pop3Command) command = NULL;
  Question question = { .listed = listed, .kept = kept };

  if (!pop3_core_has_capability (pop3->core, "TOP"))
    {
      listed->doubted = TRUE;
      return TRUE;
    }
  command = pop3_command_number (POP3_VERB_TOP, listed->number);
  question.bytes = g_byte_array_new ();
  question.exchange = pop3_core_submit (pop3->core, command, pop3->cause);
  g_array_append_val (questions, question);
  return questions->len < ON_THE_WAY || take_answers (pop3, questions, error);
}

static gboolean
is_to_be_asked (const EnginePop3 *pop3, const EnginePop3Listed *listed)
{
  return listed->uidl && !listed->seen && !listed->checked && !listed->doubted && !listed->left &&
         g_hash_table_contains (pop3->known, listed->uidl);
}

gboolean
engine_pop3_check_sample (EnginePop3 *pop3, GError **error)
{
  g_autoptr (GArray) questions = g_array_new (FALSE, FALSE, sizeof (Question));
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  guint step;

  g_array_set_clear_func (questions, question_clear);
  /* Whole letters for it would be too many. */
  if (!pop3->shuffled || !pop3_core_has_capability (pop3->core, "TOP"))
    return TRUE;
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      if (is_to_be_asked (pop3, listed))
        g_ptr_array_add (known, listed);
    }
  step = MAX (known->len / SAMPLE, 1);
  /* The last one among them: new letters come there. */
  for (guint i = 0; i < known->len; i++)
    if ((known->len - 1 - i) % step == 0 &&
        !ask (pop3, questions, g_ptr_array_index (known, i), error))
      return FALSE;
  return take_answers (pop3, questions, error);
}

gboolean
engine_pop3_check_leaving (EnginePop3 *pop3, GError **error)
{
  g_autoptr (GArray) questions = g_array_new (FALSE, FALSE, sizeof (Question));
  g_autoptr (GHashTable) wanted = NULL;

  if (!engine_pop3_load_known (pop3, error))
    return FALSE;
  wanted = engine_pop3_wanted (pop3, error);
  g_array_set_clear_func (questions, question_clear);
  for (guint i = 0; wanted && i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      if (is_to_be_asked (pop3, listed) &&
          engine_pop3_is_leaving (pop3, g_hash_table_lookup (pop3->known, listed->uidl), wanted) &&
          !ask (pop3, questions, listed, error))
        return FALSE;
    }
  return wanted && take_answers (pop3, questions, error);
}
