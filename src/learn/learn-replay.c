/* The cards of a whole exchange: its lines replayed from its checkpoint, and a handshake's messages
 * from their names. */
#include "config.h"

#include <string.h>

#include "learn-dialogue.h"
#include "learn-line.h"

static void
part_free (gpointer data)
{
  LearnPart *part = data;

  g_free (part->id);
  g_free (part->text);
  g_free (part);
}

static LearnCard *
card_new (const LearnCatalogue *catalogue, const char *id, const char *text)
{
  LearnCard *card = g_new0 (LearnCard, 1);

  card->text = g_strdup (text);
  card->parts = g_ptr_array_new_with_free_func (part_free);
  card->entry = learn_catalogue_explain (catalogue, id);
  return card;
}

static void
add_part (const LearnCatalogue *catalogue,
          LearnCard *card,
          const char *text,
          gsize offset,
          gsize length,
          const char *id)
{
  LearnPart *part;

  if (length == 0)
    return;
  part = g_new0 (LearnPart, 1);
  part->offset = (guint) offset;
  part->length = (guint) length;
  part->id = g_strdup (id);
  part->entry = learn_catalogue_explain (catalogue, id);
  part->text = g_strndup (text + offset, length);
  g_ptr_array_add (card->parts, part);
}

static LearnCard *
message_card (const LearnCatalogue *catalogue, const char *text)
{
  gsize len = strcspn (text, ",");
  g_autofree char *name = g_strndup (text, len);
  g_autofree char *id = learn_tls_message_id (name);
  LearnCard *card = card_new (catalogue, id, text);

  add_part (catalogue, card, text, 0, len, id);
  if (text[len] == ',')
    add_part (catalogue, card, text, len + 2, strlen (text) - len - 2, "tls.part.size");
  return card;
}

static LearnCard *
version_card (const LearnCatalogue *catalogue, const char *text)
{
  gsize len = strcspn (text, " ");
  LearnCard *card = card_new (catalogue, "tls.part.version", text);

  add_part (catalogue, card, text, 0, len, "tls.part.version");
  if (text[len] != '\0')
    add_part (catalogue, card, text, len + 1, strlen (text) - len - 1, "tls.part.cipher");
  return card;
}

static LearnCard *
certificate_card (const LearnCatalogue *catalogue, const char *text)
{
  static const char *const ids[] = {
    "tls.part.chain", "tls.part.name", "tls.part.validity", "tls.part.fingerprint"
  };
  LearnCard *card = card_new (catalogue, ids[0], text);
  g_auto (GStrv) fields = g_strsplit (text, LEARN_LINE_FIELDS, -1);
  gboolean named = g_strv_length (fields) >= G_N_ELEMENTS (ids);
  gsize at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      gsize to = at + strcspn (text + at, ";");

      if (i == 1 && !named)
        continue;
      add_part (catalogue, card, text, at, to - at, ids[i]);
      if (text[to] == '\0')
        break;
      at = to + strlen (LEARN_LINE_FIELDS);
    }
  return card;
}

static LearnCard *
tls_card (const LearnCatalogue *catalogue, const char *text)
{
  if (strstr (text, LEARN_LINE_FIELDS) != NULL)
    return certificate_card (catalogue, text);
  if (g_str_has_prefix (text, "TLSv") || g_str_has_prefix (text, "SSLv"))
    return version_card (catalogue, text);
  return message_card (catalogue, text);
}

GPtrArray *
learn_exchange_cards (const LearnExchange *exchange, const char *language)
{
  GPtrArray *cards = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_card_free);
  const char *protocol = exchange->info != NULL ? exchange->info->protocol : "imap";
  BaseRole role = exchange->info != NULL ? exchange->info->role : BASE_ROLE_CLIENT;
  g_autoptr (LearnAnnotator) annotator =
      learn_annotator_new_for_role (protocol, role, exchange->checkpoint, language);
  gboolean tls = g_str_equal (exchange->verb, LEARN_TLS);

  learn_annotator_set_cause (annotator, exchange->cause);
  if (exchange->info != NULL)
    learn_annotator_set_public_secrets (annotator, exchange->info->public_secrets);
  if (!g_str_equal (exchange->verb, LEARN_GREETING))
    learn_annotator_skip_greeting (annotator);
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];
      gsize len;
      const guint8 *bytes = g_bytes_get_data (line->bytes, &len);

      if (tls)
        g_ptr_array_add (cards, tls_card (learn_catalogue_get (language), line->text));
      else
        g_ptr_array_add (cards, learn_annotator_line (annotator, line->direction, bytes, len));
    }
  return cards;
}
