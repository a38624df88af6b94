from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..importing.merging import merge_names, separate_names
from ..importing.parse import one_line
from ..importing.slugs import name_slug
from ..kinds import KINDS, kind_of
from ..models import Author, Category, Post, Site, Tag
from ..search.fold import fold
from .lists import ListAdmin


class NameForm(forms.ModelForm):
    def clean_name(self):
        name = one_line(self.cleaned_data["name"])
        self.instance.slug = name_slug(name)
        self.instance.folded = fold(name)
        same = self._meta.model.objects.filter(slug=self.instance.slug).first()
        if not self.instance.slug:
            raise forms.ValidationError(_("This name has no letter or digit that could stand in an address."))
        if same:
            raise forms.ValidationError(
                _("“%(name)s” is the same name: they differ at most in case, width or space."), params={"name": same.name}
            )
        return name


class MergeForm(forms.Form):
    """The name that others are merged into."""

    def __init__(self, names_admin, *args):
        super().__init__(*args)
        widget = AutocompleteSelect(Post._meta.get_field(KINDS[names_admin.opts.model_name].post_field), names_admin.admin_site)
        names = names_admin.model.objects.filter(merged_into=None)
        self.fields["into"] = forms.ModelChoiceField(names, label=_("Merge into"), widget=widget)


@admin.register(Author, Tag, Category)
class NameAdmin(ListAdmin):
    """Names can be added here, given to posts, and merged. They aren't renamed: what a post is under follows from its file."""

    form = NameForm
    fields = ["name"]
    list_display = ["name", "post_count", "show_posts", "merged_into"]
    list_select_related = ["merged_into"]
    search_fields = ["folded"]
    ordering = ["-post_count", "slug"]
    actions = ["merge", "separate"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """Names that nothing is under can be deleted, one by one."""
        return bool(obj) and super().has_delete_permission(request, obj) and not (obj.posts.exists() or obj.merged.exists())

    def has_merge_permission(self, request):
        return super().has_change_permission(request)

    def get_search_results(self, request, queryset, search_term):
        """By the folded form, in which names to be merged agree."""
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.filter(merged_into=None)
        return super().get_search_results(request, queryset, fold(search_term) or search_term)

    @admin.display(description=_("posts"))
    def show_posts(self, name):
        url = reverse("admin:articles_post_changelist", query={f"{kind_of(name).post_field}__id__exact": name.pk})
        return format_html('<a href="{}">{}</a>', url, _("Show posts"))

    @admin.action(description=_("Merge the selected names into another"), permissions=["merge"])
    def merge(self, request, queryset):
        form = MergeForm(self, *([request.POST] if "into" in request.POST else []))
        names = list(queryset)
        if form.is_valid():
            into = form.cleaned_data["into"]
            merge_names(names, into)
            done = ngettext(
                "%(number)d name was merged into “%(name)s”.", "%(number)d names were merged into “%(name)s”.", len(names)
            )
            self.message_user(request, done % {"number": len(names), "name": into}, messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge names"),
            "opts": self.opts,
            "names": names,
            "form": form,
            "media": self.media + form.media,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/articles/merge_names.html", context)

    @admin.action(description=_("Separate the selected names from what they were merged into"), permissions=["merge"])
    def separate(self, request, queryset):
        names = list(queryset)
        separate_names(names)
        done = ngettext("%(number)d name stands for itself now.", "%(number)d names stand for themselves now.", len(names))
        self.message_user(request, done % {"number": len(names)}, messages.SUCCESS)


@admin.register(Site)
class SiteAdmin(NameAdmin):
    def has_add_permission(self, request):
        return False
