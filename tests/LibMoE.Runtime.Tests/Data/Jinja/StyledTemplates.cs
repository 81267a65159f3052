namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Chat templates in the styles of published families, written for these tests: what stands between turns is the families', the
/// programs are not.</summary>
internal static class StyledTemplates
{
    private const string ChatMl = """
        {%- if messages[0]['role'] != 'system' -%}
            {{ '<|im_start|>system\nYou help.<|im_end|>\n' }}
        {%- endif -%}
        {% for message in messages %}
            {{- '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}

        """;

    private const string Thinking = """
        {%- set ns = namespace(last=messages|length - 1, search=true) %}
        {%- for message in messages[::-1] %}
            {%- set at = (messages|length - 1) - loop.index0 %}
            {%- if ns.search and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
                {%- set ns.search = false %}
                {%- set ns.last = at %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- set content = message.content if message.content is string else '' %}
            {%- if message.role == "user" or message.role == "system" %}
                {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
            {%- elif message.role == "assistant" %}
                {%- set thought = '' %}
                {%- if message.reasoning_content is defined and message.reasoning_content is not none %}
                    {%- set thought = message.reasoning_content %}
                {%- elif '</think>' in content %}
                    {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
                    {%- set content = content.split('</think>')[-1].lstrip('\n') %}
                {%- endif %}
                {%- if loop.index0 > ns.last and (loop.last or thought) %}
                    {{- '<|im_start|>' + message.role + '\n<think>\n' + thought.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
                {%- else %}
                    {{- '<|im_start|>' ~ message.role ~ '\n' ~ content }}
                {%- endif %}
                {{- '<|im_end|>\n' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
            {%- if enable_thinking is defined and enable_thinking is false %}
                {{- '<think>\n\n</think>\n\n' }}
            {%- endif %}
        {%- endif %}
        """;

    private const string Llama3 = """
        {{- bos_token }}
        {%- if not date_string is defined %}
            {%- if strftime_now is defined %}
                {%- set date_string = strftime_now("%d %b %Y") %}
            {%- else %}
                {%- set date_string = "26 Jul 2024" %}
            {%- endif %}
        {%- endif %}
        {#- The first message may be the system's. #}
        {%- if messages[0]['role'] == 'system' %}
            {%- set task = messages[0]['content']|trim %}
            {%- set messages = messages[1:] %}
        {%- else %}
            {%- set task = "" %}
        {%- endif %}
        {{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
        {%- if tools is not none %}
            {{- "Environment: ipython\n" }}
        {%- endif %}
        {{- "Today Date: " + date_string + "\n\n" }}
        {{- task }}
        {{- "<|eot_id|>" }}
        {%- for message in messages %}
            {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    private const string Mistral = """
        {%- if messages[0]["role"] == "system" %}{%- set task = messages[0]["content"] %}{%- set turns = messages[1:] %}
        {%- else %}{%- set turns = messages %}{%- endif %}
        {{- bos_token }}
        {%- for turn in turns %}
            {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}
                {{- raise_exception('Roles must alternate user and assistant, and ' + turn['role'] + ' does not.') }}
            {%- endif %}
            {%- if turn["role"] == "user" %}
                {%- if loop.last and task is defined %}
                    {{- "[INST] " + task + "\n\n" + turn["content"] + "[/INST]" }}
                {%- else %}
                    {{- "[INST] " + turn["content"] + "[/INST]" }}
                {%- endif %}
            {%- elif turn["role"] == "assistant" %}
                {{- " " + turn["content"]|trim + eos_token }}
            {%- else %}
                {{- raise_exception("Only user and assistant are known, with a system before them.") }}
            {%- endif %}
        {%- endfor %}
        """;

    private const string Llama2 =
        "{% if messages[0]['role'] == 'system' %}{% set turns = messages[1:] %}{% set task = messages[0]['content'] %}"
        + "{% else %}{% set turns = messages %}{% set task = none %}{% endif %}{% for message in turns %}"
        + "{% if loop.index0 == 0 and task is not none %}{% set content = '<<SYS>>\\n' + task + '\\n<</SYS>>\\n\\n' + message['content'] %}"
        + "{% else %}{% set content = message['content'] %}{% endif %}"
        + "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
        + "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";

    private const string Gemma = """
        {{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('A system message is not known.') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Turns must alternate.') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '
        ' + message['content'] | trim + '<end_of_turn>
        ' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model
        '}}{% endif %}
        """;

    private const string DeepSeek = """
        {% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, is_output_first=true, task='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.task = message['content'] %}{%- endif %}{%- endfor %}{{bos_token}}{{ns.task}}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{'<｜User｜>' + message['content']}}{%- endif %}{%- if message['role'] == 'assistant' and message['content'] is none %}{%- set ns.is_tool = true -%}{%- for call in message['calls'] or [] %}{{ call }}{% endfor %}{%- endif %}{%- if message['role'] == 'assistant' and message['content'] is not none %}{%- if ns.is_tool %}{{'<｜tool▁outputs▁end｜>' + message['content'] + '<｜end▁of▁sentence｜>'}}{%- set ns.is_tool = false -%}{%- else %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif %}{%- endif %}{%- endfor -%}{% if add_generation_prompt and not ns.is_tool %}{{'<｜Assistant｜>'}}{% endif %}
        """;

    private const string Phi3 =
        "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}"
        + "{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}"
        + "{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}"
        + "{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}";

    private const string Harmony = """
        {%- macro type_of(spec) -%}
            {%- if spec.type == "array" -%}
                {%- if spec['items'] -%}{{- type_of(spec['items']) -}}[]{%- else -%}any[]{%- endif -%}
            {%- elif spec.type is defined and spec.type is iterable and spec.type is not string -%}
                {{- spec.type | join(" | ") -}}
            {%- elif spec.enum -%}"{{ spec.enum|join('" | "') }}"{%- if spec.nullable %} | null{%- endif -%}
            {%- else -%}{{ spec.type | default("any", true) }}{%- endif -%}
        {%- endmacro -%}
        {%- macro build_system(identity="A model.", effort='medium') -%}
            {{- identity + "\n" -}}
            {{- "Knowledge cutoff: 2024-06\n" }}
            {{- "Current date: " + strftime_now("%Y-%m-%d") + "\n\n" }}
            {{- "Reasoning: " + effort + "\n\n" }}
            {{- "# Kinds: " + type_of({'type': 'array', 'items': {'type': ['a', 'b']}}) + ", " + type_of({"enum": ["x", "y"], "nullable": true}) + ', ' + type_of({}) }}
        {%- endmacro -%}
        {%- if effort is not defined %}{% set effort = "low" %}{% endif -%}
        {{- "<|start|>system<|message|>" }}
        {{- build_system(effort=effort) }}
        {{- "<|end|>" }}
        {%- set rest = messages[1:] if messages[0].role in ["developer", "system"] else messages %}
        {%- if messages[0].role in ["developer", "system"] %}
            {{- "<|start|>developer<|message|># Instructions\n\n" + messages[0].content + "<|end|>" }}
        {%- endif %}
        {%- for message in rest -%}
            {%- if message.role == 'assistant' -%}
                {%- if "<|channel|>analysis<|message|>" in message.content or "<|channel|>final<|message|>" in message.content %}
                    {{- raise_exception("A message holds marks of channels.") }}
                {%- endif %}
                {{- "<|start|>assistant<|channel|>final<|message|>" + message.content + ("<|return|>" if loop.last and not add_generation_prompt else "<|end|>") }}
            {%- elif message.role == 'user' -%}
                {{- "<|start|>user<|message|>" + message.content + "<|end|>" }}
            {%- else %}
                {%- continue %}
            {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        <|start|>assistant
        {%- endif -%}
        """;

    private const string Zephyr = """
        {% for message in messages %}
        {% if message['role'] == 'user' %}
        {{ '<|user|>
        ' + message['content'] + eos_token }}
        {% elif message['role'] == 'system' %}
        {{ '<|system|>
        ' + message['content'] + eos_token }}
        {% elif message['role'] == 'assistant' %}
        {{ '<|assistant|>
        '  + message['content'] + eos_token }}
        {% endif %}
        {% if loop.last and add_generation_prompt %}
        {{ '<|assistant|>' }}
        {% endif %}
        {% endfor %}
        """;

    private const string Marked = """
        {%- for message in messages %}
        {{- '<|' ~ message.role|upper ~ '|>' }}
        {%- if message.role == 'assistant' %}
        {%- generation %} {{ message.content }}<|stop|>{% endgeneration %}

        {%- else %} {{ message.content | replace('\r\n', '\n') }}
        {% endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}<|ASSISTANT|>{% endif %}
        """;

    private const string Listed = """
        {%- set parts = [] %}{% set roles = {'user': 'USER', 'assistant': 'ASSISTANT'} %}
        {%- for message in messages if message.role in roles %}
            {%- set word = roles[message['role']] %}
            {{- '' if loop.first else ' ' }}{{ word }}: {{ message['content'].strip() | default('(nothing)', true) }}
            {%- if loop.nextitem is defined and loop.nextitem.role == message.role %} and{% endif %}
            {%- if message.role == 'assistant' %}{{ eos_token }}{% endif %}
        {%- else %}
            {{- raise_exception("There is no question.") }}
        {%- endfor %}
        {%- if add_generation_prompt %} ASSISTANT:{% endif %}
        """;

    /// <summary>The templates by the family whose style they have.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["chatml"] = ChatMl,
        ["thinking"] = Thinking,
        ["llama-3"] = Llama3,
        ["mistral"] = Mistral,
        ["llama-2"] = Llama2,
        ["gemma"] = Gemma,
        ["deepseek"] = DeepSeek,
        ["phi-3"] = Phi3,
        ["harmony"] = Harmony,
        ["zephyr"] = Zephyr,
        ["marked"] = Marked,
        ["listed"] = Listed,
    };
}
