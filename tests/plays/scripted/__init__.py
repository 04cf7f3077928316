"""The real playbooks and roles under the real ansible-playbook, over scripted modules. See ../README.md."""
