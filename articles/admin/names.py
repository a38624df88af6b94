from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..importing.slugs import name_slug
from ..models import Author, Category, Site, Tag
from ..search.fold import fold
from .lists import ListAdmin


class NameForm(forms.ModelForm):
    def clean_name(self):
        name = self.cleaned_data["name"].strip()
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


class NameAdmin(ListAdmin):
    """Names can be added here and given to posts. They aren't renamed: what a post is under follows from its own file."""

    form = NameForm
    fields = ["name"]
    list_display = ["name", "post_count", "posts"]
    search_fields = ["name"]
    ordering = ["-post_count", "slug"]
    posts_filter = ""

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not obj.posts.exists())

    @admin.display(description=_("posts"))
    def posts(self, name):
        url = reverse("admin:articles_post_changelist", query={self.posts_filter: name.pk})
        return format_html('<a href="{}">{}</a>', url, _("Show posts"))


@admin.register(Author)
class AuthorAdmin(NameAdmin):
    posts_filter = "author__id__exact"


@admin.register(Tag)
class TagAdmin(NameAdmin):
    posts_filter = "tags__id__exact"


@admin.register(Category)
class CategoryAdmin(NameAdmin):
    posts_filter = "categories__id__exact"


@admin.register(Site)
class SiteAdmin(NameAdmin):
    posts_filter = "site__id__exact"

    def has_add_permission(self, request):
        return False
