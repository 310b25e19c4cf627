from django.core.management.base import BaseCommand

from registry.directory import roles


class Command(BaseCommand):
    help = "建立角色（用户组）并赋予其权限"

    def handle(self, *args, **options):
        roles.set_up()
        self.stdout.write(f"已建立{len(roles.PERMISSIONS)}个角色")
