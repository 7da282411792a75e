//! What Jira's exports call the columns of a ticket: headers in the languages it comes in, and the ids of its interface.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Key,
    Summary,
    Description,
    Status,
    Priority,
    Project,
    Type,
    Assignee,
    Reporter,
    Labels,
    Components,
    Created,
    Updated,
    Comment,
}

/// Headers in lower case, `|` between them. One that is in none of these is the name of a field of its own.
const NAMES: [(Column, &str); 14] = [
    (
        Column::Key,
        "issue key|issuekey|key|work item key|vorgangsschlüssel|schlüssel|clé de ticket|clé de demande|clé\
         |clave de incidencia|clave|chave da item|chave do item|chave|chiave ticket|chiave|issuesleutel\
         |sleutel|klucz zgłoszenia|klucz|klíč požadavku|klíč|ключ задачи|ключ проблемы|ключ запроса|ключ\
         |課題キー|キー|이슈 키|키|问题关键字|问题密钥|密钥",
    ),
    (
        Column::Summary,
        "summary|zusammenfassung|résumé|resumen|resumo|riepilogo|samenvatting|podsumowanie|shrnutí|souhrn\
         |тема|резюме|要約|요약|概要|摘要|主题",
    ),
    (
        Column::Description,
        "description|beschreibung|descripción|descrição|descrizione|beschrijving|opis|popis|описание|説明\
         |설명|描述",
    ),
    (
        Column::Status,
        "status|état|statut|estado|stato|stav|статус|ステータス|상태|状态",
    ),
    (
        Column::Priority,
        "priority|priorität|priorité|prioridad|prioridade|priorità|prioriteit|priorytet|priorita\
         |приоритет|優先度|우선순위|优先级",
    ),
    (
        Column::Project,
        "project key|projektschlüssel|clé de projet|clé du projet|clave del proyecto|clave de proyecto\
         |chave do projeto|chiave progetto|projectsleutel|klucz projektu|klíč projektu|ключ проекта\
         |プロジェクト キー|프로젝트 키|项目关键字|项目密钥",
    ),
    (
        Column::Type,
        "issue type|issuetype|type|work type|work item type|vorgangstyp|type de ticket|type de demande\
         |tipo de incidencia|tipo de item|tipo ticket|typ zgłoszenia|typ požadavku|тип задачи\
         |тип проблемы|тип запроса|課題タイプ|이슈 유형|问题类型",
    ),
    (
        Column::Assignee,
        "assignee|zugewiesene person|zuständige person|bearbeiter|responsable|personne assignée\
         |persona asignada|responsável|assegnatario|uitvoerder|osoba przypisana|řešitel|исполнитель|担当者\
         |담당자|经办人",
    ),
    (
        Column::Reporter,
        "reporter|autor|melder|rapporteur|informador|informante|relator|segnalante|osoba zgłaszająca\
         |zadavatel|автор|報告者|보고자|报告人",
    ),
    (
        Column::Labels,
        "labels|label|stichwörter|stichwort|étiquettes|étiquette|etiquetas|etichette|etykiety|štítky\
         |метки|ラベル|레이블|标签",
    ),
    (
        Column::Components,
        "component/s|components|component|komponente/n|komponenten|composant(s)|composants|componente/s\
         |componentes|componenti|componenten|komponenty|компоненты|コンポーネント|구성 요소|模块|组件",
    ),
    (
        Column::Created,
        "created|erstellt|création|créé|créée|creada|creado|criado|criada|creato|creata|aangemaakt\
         |gemaakt|utworzono|vytvořeno|создано|作成日|作成|만듦|생성일|创建日期|已创建",
    ),
    (
        Column::Updated,
        "updated|aktualisiert|mise à jour|mis à jour|actualizada|actualizado|atualizado|aggiornato\
         |bijgewerkt|zaktualizowano|aktualizováno|обновлено|更新日|更新|업데이트|已更新|更新日期",
    ),
    (
        Column::Comment,
        "comment|comments|kommentar|kommentare|commentaire|commentaires|comentario|comentarios|comentário\
         |commento|commenti|opmerking|komentarz|komentář|комментарий|комментарии|コメント|댓글|评论|备注",
    ),
];

/// What Jira writes around the name of a custom field.
const CUSTOM: [&str; 8] = [
    "custom field (",
    "benutzerdefiniertes feld (",
    "benutzerdefinierte felder (",
    "champs personnalisés (",
    "champ personnalisé (",
    "campo personalizado (",
    "カスタム フィールド (",
    "自定义字段 (",
];

/// The column a header stands for.
pub(super) fn column(header: &str) -> Option<Column> {
    let lower = header.to_lowercase();
    let named = |names: &str| names.split('|').any(|name| name == lower);
    let mut known = NAMES.iter().filter(|(_, names)| named(names));
    known.next().map(|(column, _)| *column)
}

/// The name within `Custom field (Name)`.
pub(super) fn custom(header: &str) -> Option<&str> {
    let lower = header.to_lowercase();
    let rest = CUSTOM.iter().find_map(|start| lower.strip_prefix(start))?;
    header.get(header.len() - rest.len()..)?.strip_suffix(')')
}

/// `AB-12`.
pub(super) fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.rsplit_once('-') else {
        return false;
    };
    let in_project = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        && project.starts_with(|c: char| c.is_ascii_alphabetic())
        && project.chars().all(in_project)
}
