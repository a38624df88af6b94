"""The post as an editor works on it. What is saved here becomes a revision; see articles.importing.editing."""

from io import BytesIO

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..history.comparing import TooLong, compare
from ..importing.decode import decode
from ..importing.editing import PostChanged, apply_waiting, keep_edit, problems_of_edit, save_edit, set_hidden
from ..importing.parse import body_of
from ..importing.urls import identity_of, normalize_url
from ..models import Category, Post, Revision, Tag
from ..search.finding import find
from ..search.query import parse_query
from ..search.time_limit import TimeLimit
from .lists import BoundedPaginator, ListAdmin

# What is found until then is listed.
_SEARCH_SECONDS = 2
_CHANGED = _("This post has changed since you opened it. Open it again and repeat your changes.")
# Large, and never shown in a list.
_BODIES = ["body_html", "text", "other"]


class BodyField(forms.CharField):
    """Text as it stands, but for line ends, which browsers send as CRLF whatever they were given."""

    def __init__(self, **options):
        super().__init__(
            strip=False, required=False, widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 30}), **options
        )

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class PostForm(forms.ModelForm):
    """`tag_names` and `category_names` stand for the relations, whose rows carry more than the form knows.

    `opened` is the revision that the editor had in view: what an import or a colleague changed since isn't overwritten.
    """

    opened = forms.IntegerField(widget=forms.HiddenInput)
    tag_names = forms.ModelMultipleChoiceField(Tag.objects, label=_("Tags"), required=False)
    category_names = forms.ModelMultipleChoiceField(Category.objects, label=_("Categories"), required=False)
    body = BodyField(label=_("Body as it came"))

    class Meta:
        model = Post
        fields = ["title", "published_at", "author", "source_url", "comments", "hidden"]
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "source_url": forms.URLInput(attrs={"class": "vURLField"}),
        }
        help_texts = {
            "published_at": _("The date that readers see. The post’s address and its day in the archive stay as they are.")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["opened"] = self.instance.current_id
            self.initial["body"] = body_of(bytes(self.instance.current.content))
            self.initial["tag_names"] = [each.tag for each in self.instance.post_tags.select_related("tag")]
            self.initial["category_names"] = [each.category for each in self.instance.post_categories.select_related("category")]

    def clean_source_url(self):
        """Told at its field; the database's own rule about it isn't asked then, which would tell it once more."""
        url = self.cleaned_data["source_url"]
        if url and "source_url" in self.changed_data:
            self._refuse(problems_of_edit(self.instance, {"source_url": url}))
        return url

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data["opened"] != self.instance.current_id:
            raise forms.ValidationError(_CHANGED)
        self._refuse(problems_of_edit(self.instance, self.edits()))
        return data

    def _refuse(self, problems):
        if problems:
            raise forms.ValidationError([_("Not saved: the post %s") % problem for problem in problems])

    def edits(self) -> dict:
        """What was changed, as `save_edit` takes it."""
        data = self.cleaned_data
        values = {
            "author": lambda: data["author"].name if data["author"] else None,
            "tags": lambda: self._names("tag_names"),
            "categories": lambda: self._names("category_names"),
            "source_url": lambda: data["source_url"] or None,
        }
        renamed = {"tag_names": "tags", "category_names": "categories"}
        names = [renamed.get(name, name) for name in self.changed_data if name not in ("hidden", "opened")]
        return {name: values[name]() if name in values else data[name] for name in names}

    def _names(self, field):
        """The names chosen: those that the post had in their order, then those added."""
        had, chosen = self.initial[field], self.cleaned_data[field]
        return [each.name for each in had if each in chosen] + [each.name for each in chosen if each not in had]


class RevisionFilter(admin.SimpleListFilter):
    title = _("revision shown")
    parameter_name = "shown"

    def lookups(self, request, model_admin):
        return [
            ("edited", _("Edited here")),
            ("waiting", _("A newer capture waits")),
            ("changed", _("Captured more than once")),
        ]

    def queryset(self, request, queryset):
        conditions = {
            # Few posts are edited: asked for first, they are found without a look at all others.
            "edited": Q(
                current__kind=Revision.Kind.EDIT, pk__in=Revision.objects.filter(kind=Revision.Kind.EDIT).values("post_id")
            ),
            "waiting": Q(waiting__isnull=False),
            "changed": Q(changed_at__isnull=False),
        }
        return queryset.filter(conditions[self.value()]) if self.value() in conditions else queryset


@admin.register(Post)
class PostAdmin(ListAdmin):
    form = PostForm
    list_display = ["title", "day", "state", "hidden", "author", "site"]
    list_select_related = ["author", "site"]
    list_filter = ["hidden", RevisionFilter, "day"]
    search_fields = ["title"]
    search_help_text = _("Words, or as readers search: tag:… author:… after:2021-03. Or a post’s source URL.")
    # Sorting by anything else would read all posts.
    sortable_by = ["day"]
    ordering = ["-day", "-published_at", "-id"]
    autocomplete_fields = ["author"]
    actions = ["hide", "show"]
    readonly_fields = ["address", "state", "revisions", "language", "date_written"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "opened",
                    "title",
                    ("published_at", "date_written"),
                    "author",
                    "source_url",
                    "tag_names",
                    "category_names",
                ]
            },
        ),
        (None, {"fields": ["body", ("comments", "hidden")]}),
        (_("In the archive"), {"fields": ["address", "state", "revisions", "language"]}),
    ]

    def has_add_permission(self, request):
        return False  # Posts come from files.

    def has_delete_permission(self, request, obj=None):
        return False  # Nothing that was archived is lost; it can be hidden.

    def get_queryset(self, request):
        queryset = super().get_queryset(request).annotate(shown_kind=F("current__kind"))
        return queryset.defer(*_BODIES) if request.resolver_match.url_name.endswith("changelist") else queryset

    def get_search_results(self, request, queryset, search_term):
        """As readers search, so that no list takes seconds; and hidden posts, which readers don't find, by their titles."""
        if not search_term:
            return queryset, False
        if url := normalize_url(search_term):
            return queryset.filter(identity=identity_of(url, path="")), False
        query = parse_query(search_term, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)
        found = [] if query.is_empty else find(query, BoundedPaginator.bound, TimeLimit(_SEARCH_SECONDS)).places
        hidden = Q(hidden=True, title__icontains=search_term)
        return queryset.filter(Q(pk__in=[place.id for place in found]) | hidden), False

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        for name, model, relation in (("tag_names", Tag, "tags"), ("category_names", Category, "categories")):
            field = form.base_fields[name]
            widget = AutocompleteSelectMultiple(Post._meta.get_field(relation), self.admin_site)
            field.widget = RelatedFieldWidgetWrapper(
                widget,
                Post._meta.get_field(relation).remote_field,
                self.admin_site,
                can_add_related=self.admin_site.get_model_admin(model).has_add_permission(request),
            )
            field.widget.choices = field.choices
        return form

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except PostChanged:  # Between the form's own look and the lock.
            self.message_user(request, _CHANGED, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def change_view(self, request, object_id, *args, **kwargs):
        if request.method == "GET" and (post := self.get_object(request, object_id)) and post.waiting_id:
            url = reverse("admin:articles_post_waiting", args=[post.pk])
            notice = format_html('{} <a href="{}">{}</a>', _("A newer capture waits."), url, _("Compare it with your edit"))
            self.message_user(request, notice, messages.WARNING)
        return super().change_view(request, object_id, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        """Nothing is written past `save_edit` and `set_hidden`, which do all that a change entails."""
        if edits := form.edits():
            save_edit(obj, edits, request.user)
        if "hidden" in form.changed_data:
            set_hidden(Post.objects.filter(pk=obj.pk), form.cleaned_data["hidden"])

    def save_related(self, request, form, formsets, change):
        pass  # Tags and categories were saved with the edit.

    @admin.action(description=_("Hide the selected posts from readers"), permissions=["change"])
    def hide(self, request, queryset):
        number = queryset.count()
        set_hidden(queryset, True)
        done = ngettext("%(number)d post is hidden now.", "%(number)d posts are hidden now.", number)
        self.message_user(request, done % {"number": number}, messages.SUCCESS)

    @admin.action(description=_("Show the selected posts to readers"), permissions=["change"])
    def show(self, request, queryset):
        number = queryset.count()
        set_hidden(queryset, False)
        done = ngettext("%(number)d post is shown now.", "%(number)d posts are shown now.", number)
        self.message_user(request, done % {"number": number}, messages.SUCCESS)

    @admin.display(description=_("address"))
    def address(self, post):
        return format_html('<a href="{0}">{0}</a>', post.get_absolute_url())

    @admin.display(description=_("state"))
    def state(self, post):
        if post.waiting_id:
            url = reverse("admin:articles_post_waiting", args=[post.pk])
            return format_html('<a href="{}">{}</a>', url, _("Edited; a newer capture waits"))
        return _("Edited") if post.shown_kind == Revision.Kind.EDIT else _("As captured")

    @admin.display(description=_("revisions"))
    def revisions(self, post):
        revisions = post.revisions.defer("content").select_related("editor")
        return format_html_join(
            "",
            '<p><a href="{}">{}</a> · {} · {}</p>',
            (
                (
                    reverse("admin:articles_post_revision", args=[post.pk, each.pk]),
                    each.get_kind_display(),
                    f"{each.arrived_at:%Y-%m-%d %H:%M}",
                    each.editor or each.path,
                )
                for each in revisions
            ),
        )

    def get_urls(self):
        return [
            path("<int:post_id>/waiting/", self.admin_site.admin_view(self.waiting_view), name="articles_post_waiting"),
            path(
                "<int:post_id>/revisions/<int:revision_id>/",
                self.admin_site.admin_view(self.revision_view),
                name="articles_post_revision",
            ),
            *super().get_urls(),
        ]

    def revision_view(self, request, post_id, revision_id):
        """A revision's file, byte for byte, as a download: no archived byte runs in the editor's browser."""
        revision = get_object_or_404(Revision.objects.select_related("post"), pk=revision_id, post=post_id)
        if not self.has_view_permission(request, revision.post):
            raise PermissionDenied
        return FileResponse(
            BytesIO(bytes(revision.content)),
            as_attachment=True,
            filename=f"{revision.pk}.md",
            content_type="text/plain; charset=utf-8",
        )

    def waiting_view(self, request, post_id):
        """What a newer capture would change, and the two answers to it."""
        post = get_object_or_404(Post.objects.select_related("current", "waiting"), pk=post_id)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        if request.method == "POST":
            return self._answer(request, post)
        context = {
            **self.admin_site.each_context(request),
            "title": _("A newer capture waits"),
            "post": post,
            "opts": self.opts,
            "compared": _compared_key(post),
            "lines": _compared(post.current, post.waiting or post.current),
        }
        return render(request, "admin/articles/post/waiting.html", context)

    def _answer(self, request, post):
        answer, done = (
            (apply_waiting, _("The newer capture is shown now.")) if "apply" in request.POST else (keep_edit, _("Your edit stays."))
        )
        try:
            if request.POST.get("compared") != _compared_key(post):
                raise PostChanged
            answer(post)
        except PostChanged:
            self.message_user(request, _("This post has changed since you opened it. Look at it again."), messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_post_change", args=[post.pk]))


def _compared_key(post):
    """Which two revisions an editor compares."""
    return f"{post.current_id}-{post.waiting_id}"


def _compared(old, new):
    """The lines of two revisions' files; none where these are too long to be compared."""
    try:
        return compare(*[decode(bytes(each.content))[0] for each in (old, new)]).lines
    except TooLong:
        return []
