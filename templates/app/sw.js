{# Asked for afresh on every visit: whatever differs by a byte, such as the version, makes the browser renew the app. #}import { run } from "{{ worker }}";
{% for address in backgrounds %}import * as background{{ forloop.counter }} from "{{ address }}";
{% endfor %}
run({{ facts|safe }}, [{% for address in backgrounds %}background{{ forloop.counter }}{% if not forloop.last %}, {% endif %}{% endfor %}]);
