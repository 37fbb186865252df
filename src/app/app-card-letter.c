/* What was recorded is how the letter begins; the rest is read from the copy that is kept here,
 * when it is the same. What cannot be shown is said to be missing. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-letter.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-card-fold.h"
#include "learn-wording.h"
#include "mail-header.h"
#include "mail-message.h"

#define MAX_FIELDS 100
#define MAX_PARTS 200
/* Of a text, and of what stood on the line: enough to know it. */
#define MAX_TEXT 2000
#define MAX_RAW 160

/* What opening it needs; the exchange may be gone by then. */
typedef struct
{
  const LearnExchange *exchange;
  guint line;
  gboolean details;
  AppCardLetterFunc find;
  gpointer data;
  guint parts; /* that were added */
} Opening;

/* Headers */

static void
add_field (GtkWidget *box, const char *data, const MailHeaderField *field, gboolean details)
{
  g_autofree char *name = g_strndup (data + field->name, field->name_length);
  g_autofree char *word = g_utf8_make_valid (name, -1);
  g_autofree char *lower = g_ascii_strdown (word, -1);
  g_autofree char *id = g_strconcat ("mail.field.", lower, NULL);
  g_autofree char *value = mail_decode_header_len (data + field->value, field->value_length);
  g_autofree char *raw = mail_header_unfold (data + field->value, field->value_length);
  const LearnEntry *entry = learn_catalogue_explain (learn_catalogue_get (NULL), id);
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>  %s", word, value);
  GtkWidget *label = app_card_fold_add (box, NULL, "card-part");

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_widget_set_tooltip_text (label, entry->title);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, entry->title, -1);
  if (strstr (raw, "=?") != NULL && !g_str_equal (raw, value))
    {
      /* Translators: how a header with accents looked on the line. */
      g_autofree char *line = g_strdup_printf (_ ("On the line: %s"), raw);

      gtk_widget_add_css_class (app_card_fold_add (box, line, "card-part-detail"), "monospace");
    }
  if (details && !entry->is_class)
    app_card_fold_add (box, entry->title, "card-part-detail");
}

static GtkWidget *
make_fields (const char *data, GArray *fields, gboolean whole, gboolean details)
{
  GtkWidget *box = app_card_fold_box_new ();

  for (guint i = 0; i < MIN (fields->len, MAX_FIELDS); i++)
    add_field (box, data, &g_array_index (fields, MailHeaderField, i), details);
  if (fields->len > MAX_FIELDS || !whole)
    app_card_fold_add (box, "…", "card-part-detail");
  return box;
}

/* An expander with the fields of the block at the start of @data; NULL: there are none. */
static GtkWidget *
make_header (const char *data, gsize len, gboolean whole, gboolean details, gboolean open)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  gsize length = mail_header_scan (data, len, fields);
  g_autofree char *size = learn_size_text (length);
  g_autofree char *title = NULL;

  if (fields->len == 0)
    return NULL;
  /* Translators: the first part of a letter: "Header, 14 fields, 1.2 KB" */
  title = g_strdup_printf (
      ngettext ("Header: %1$d field, %2$s", "Header: %1$d fields, %2$s", fields->len),
      (int) fields->len,
      size);
  return app_card_fold_new (title, make_fields (data, fields, whole, details), open);
}

/* Reports and receipts are blocks of fields, a block for each recipient, and the first for all
 * (RFC 3464 §2.1, RFC 8098 §3.1); a letter's headers alone are one block (RFC 6522 §4). */
static gboolean
holds_fields (const MailPart *part)
{
  return mail_part_is (part, "message", "delivery-status") ||
         mail_part_is (part, "message", "disposition-notification") ||
         mail_part_is (part, "text", "rfc822-headers");
}

static void
add_blocks (GtkWidget *box, const MailPart *part, gboolean details)
{
  g_autoptr (GBytes) decoded = mail_part_decode (part);
  gsize len, length = 1;
  const char *data = g_bytes_get_data (decoded, &len);
  guint blocks = 0;

  for (gsize at = 0; at < len && length > 0 && blocks < MAX_PARTS; at += length)
    {
      g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
      const MailHeaderField *first;
      g_autofree char *line = NULL;
      g_autofree char *title = NULL;

      length = mail_header_scan (data + at, len - at, fields);
      if (fields->len == 0)
        continue;
      first = &g_array_index (fields, MailHeaderField, 0);
      line = mail_header_unfold (data + at + first->name,
                                 first->value + first->value_length - first->name);
      title = g_utf8_make_valid (line, -1);
      gtk_box_append (
          GTK_BOX (box),
          app_card_fold_new (title, make_fields (data + at, fields, TRUE, details), TRUE));
      blocks++;
    }
}

/* Parts */

/* "JPEG image" where the desktop knows the type. (transfer full) */
static char *
type_words (const MailPart *part)
{
  const char *mime = mail_part_get_mime_type (part);
  g_autofree char *type = g_content_type_from_mime_type (mime);
  g_autofree char *words = type != NULL ? g_content_type_get_description (type) : NULL;

  if (words == NULL || g_str_equal (words, mime))
    return g_strdup (mime);
  return g_strdup_printf ("%s (%s)", mime, words);
}

static char *
part_title (const MailPart *part)
{
  g_autofree char *type = type_words (part);
  g_autofree char *size = learn_size_text (mail_part_get_size (part));
  const char *name = mail_part_get_name (part);
  const char *charset = mail_part_get_charset (part);
  GString *title = g_string_new (NULL);

  if (mail_part_get_n_children (part) > 0 && !mail_part_is (part, "message", "rfc822"))
    {
      guint n = mail_part_get_n_children (part);

      g_string_append_printf (title,
                              ngettext ("%1$s: %2$d part", "%1$s: %2$d parts", n),
                              mail_part_get_mime_type (part),
                              (int) n);
      return g_string_free (title, FALSE);
    }
  if (mail_part_is_attachment (part))
    /* Translators: before a file's name, in a list of what a letter holds. */
    g_string_append_printf (title, "%s ", _ ("Attachment:"));
  if (name != NULL)
    g_string_append_printf (title, "%s · ", name);
  g_string_append (title, type);
  if (charset != NULL)
    g_string_append_printf (title, " · %s", charset);
  g_string_append_printf (title, " · %s · %s", mail_part_get_encoding (part), size);
  return g_string_free (title, FALSE);
}

static void
add_entry (GtkWidget *box, const char *kind, const char *word, gboolean details)
{
  g_autofree char *name = g_strdelimit (g_ascii_strdown (word, -1), "/.+", '-');
  g_autofree char *id = g_strconcat (kind, name, NULL);
  const LearnEntry *entry = learn_catalogue_explain (learn_catalogue_get (NULL), id);

  app_card_fold_add (box, entry->title, "card-part");
  if (!details)
    return;
  app_card_fold_add (box, entry->meaning, "card-part-detail");
  app_card_fold_add (box, entry->rfc, "card-part-detail");
}

/* How it looked on the line, in a few words of it. */
static void
add_raw (GtkWidget *box, const MailPart *part, const char *source)
{
  MailPartSpan span = mail_part_get_span (part);
  gsize len = MIN (span.body_length, MAX_RAW);
  g_autofree char *raw = g_utf8_make_valid (source + span.body, (gssize) len);

  if (len == 0)
    return;
  app_card_fold_add (box, _ ("On the line"), "caption-heading");
  if (span.body_length > len)
    {
      g_autofree char *cut = g_strconcat (g_strchomp (raw), "…", NULL);

      gtk_widget_add_css_class (app_card_fold_add (box, cut, "card-part-detail"), "monospace");
      return;
    }
  gtk_widget_add_css_class (app_card_fold_add (box, g_strchomp (raw), "card-part-detail"),
                            "monospace");
}

/* A text can be read; anything else is said to be what it is, with its first bytes. */
static void
add_opened (GtkWidget *box, const MailPart *part)
{
  g_autofree char *size = learn_size_text (mail_part_get_size (part));
  g_autofree char *words = NULL;

  app_card_fold_add (box, _ ("Opened"), "caption-heading");
  if (mail_part_is (part, "text", NULL))
    {
      g_autofree char *text = mail_part_dup_text (part, MAX_TEXT);
      gboolean cut = mail_part_get_size (part) > MAX_TEXT;
      g_autofree char *shown = g_strconcat (g_strchomp (text), cut ? "…" : "", NULL);

      app_card_fold_add (box, shown, "card-part-detail");
      return;
    }
  {
    g_autofree char *type = type_words (part);
    g_autoptr (GBytes) decoded = mail_part_decode (part);
    gsize len;
    const guint8 *bytes = g_bytes_get_data (decoded, &len);
    g_autoptr (GString) first = g_string_new (NULL);

    for (gsize i = 0; i < MIN (len, 8); i++)
      g_string_append_printf (first, "%s%02X", i > 0 ? " " : "", bytes[i]);
    /* Translators: what a part is, its size, and its first bytes as hexadecimal digits. */
    words =
        g_strdup_printf (_ ("%1$s, %2$s; it begins with the bytes %3$s."), type, size, first->str);
    app_card_fold_add (box, words, "card-part-detail");
  }
}

static void
add_part (GtkWidget *box, Opening *opening, const MailPart *part, const char *source, gboolean root)
{
  g_autofree char *title = part_title (part);
  guint n = mail_part_get_n_children (part);
  GtkWidget *inside = app_card_fold_box_new ();
  MailPartSpan span = mail_part_get_span (part);

  if (opening->parts++ >= MAX_PARTS)
    return;
  add_entry (inside, "mail.type.", mail_part_get_mime_type (part), opening->details);
  if (!root)
    {
      GtkWidget *header =
          make_header (source + span.header, span.header_length, TRUE, opening->details, FALSE);

      if (header != NULL)
        gtk_box_append (GTK_BOX (inside), header);
    }
  for (guint i = 0; i < n; i++)
    add_part (inside, opening, mail_part_get_child (part, i), source, FALSE);
  if (n == 0)
    {
      add_entry (inside, "mail.encoding.", mail_part_get_encoding (part), opening->details);
      if (holds_fields (part))
        add_blocks (inside, part, opening->details);
      else
        add_raw (inside, part, source);
      if (span.body_length > 0 && !holds_fields (part))
        add_opened (inside, part);
    }
  /* What divides the letter shows its parts; what they hold waits to be asked for. */
  gtk_box_append (GTK_BOX (box), app_card_fold_new (title, inside, n > 0));
}

/* The whole */

static void
add_letter (GtkWidget *box, Opening *opening, GBytes *source)
{
  g_autoptr (MailMessage) letter = mail_message_parse (source, NULL);
  gsize len;
  const char *data = g_bytes_get_data (source, &len);
  GtkWidget *header;

  if (letter == NULL)
    return;
  header = make_header (data, len, TRUE, opening->details, TRUE);
  if (header != NULL)
    gtk_box_append (GTK_BOX (box), header);
  add_part (box, opening, mail_message_get_root (letter), data, TRUE);
  app_card_fold_add (
      box,
      _ ("Read from the copy on this computer, which is as long and begins as what went "
         "over the line."),
      "card-part-detail");
}

/* Only its beginning was recorded. */
static void
add_head (GtkWidget *box, const Opening *opening, const WireLine *line)
{
  gsize len = 0;
  const char *data = line->head != NULL ? g_bytes_get_data (line->head, &len) : NULL;
  gboolean whole = len >= line->body;
  GtkWidget *header = len > 0 ? make_header (data, len, whole, opening->details, TRUE) : NULL;

  if (header != NULL)
    {
      gtk_box_append (GTK_BOX (box), header);
    }
  else if (len > 0)
    {
      g_autofree char *text = g_utf8_make_valid (data, (gssize) len);

      gtk_widget_add_css_class (app_card_fold_add (box, g_strchomp (text), "card-part-detail"),
                                "monospace");
    }
  if (!whole)
    {
      g_autofree char *kept = learn_size_text (len);
      g_autofree char *words = g_strdup_printf (
          _ ("Of content, only the first %s are recorded, and no copy of this is on this computer: "
             "the rest went by and cannot be shown."),
          kept);

      app_card_fold_add (box, words, "card-part-detail");
    }
}

static void
on_opened (GtkExpander *expander, GParamSpec *pspec, Opening *opening)
{
  GtkWidget *box = gtk_expander_get_child (expander);
  const WireLine *line;
  g_autoptr (GBytes) source = NULL;

  if (!gtk_expander_get_expanded (expander) || gtk_widget_get_first_child (box) != NULL ||
      opening->line >= opening->exchange->lines->len)
    return;
  line = opening->exchange->lines->pdata[opening->line];
  if (opening->find != NULL)
    source = opening->find (opening->exchange, line, opening->data);
  if (source != NULL)
    add_letter (box, opening, source);
  else
    add_head (box, opening, line);
}

static void
opening_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
app_card_letter_fill (GtkBox *box,
                      const LearnExchange *exchange,
                      guint index,
                      gboolean details,
                      AppCardLetterFunc find,
                      gpointer data)
{
  const WireLine *line = exchange->lines->pdata[index];
  g_autofree char *size = learn_size_text (line->body);
  g_autofree char *title = NULL;
  GtkWidget *expander, *child;
  Opening *opening;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  gtk_widget_set_visible (GTK_WIDGET (box), line->body > 0);
  if (line->body == 0)
    return;
  /* Translators: what went over the line inside this line or before it, and its size. */
  title = g_strdup_printf (_ ("What it carried: %s"), size);
  expander = app_card_fold_new (title, app_card_fold_box_new (), FALSE);
  gtk_widget_add_css_class (expander, "card-fold-whole");
  opening = g_new0 (Opening, 1);
  *opening = (Opening){ exchange, index, details, find, data, 0 };
  g_signal_connect_data (
      expander, "notify::expanded", G_CALLBACK (on_opened), opening, opening_free, 0);
  gtk_box_append (box, expander);
}
